#include "tests/browser/dashboard.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace waybill::test;

namespace
{

const std::string hostile_customers = "customer_name,phone_number,last_order_date\n"
                                      "<img src=x onerror=alert(1)>,2125550101,2020-01-31\n"
                                      "=cmd()|calc,2125550102,2020-01-31\n"
                                      "<b>Bold</b>,2125550103,2020-01-31\n";

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(customer_data)

BOOST_AUTO_TEST_CASE(a_hostile_name_stays_text_on_the_page_and_in_the_spreadsheet)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(hostile_customers);
    dashboard.waybill.wait_until_final(id);
    browser.click_words("Autumn menu");
    browser.wait_for_text(".messages", "<img src=x onerror=alert(1)>");
    browser.wait_for_text(".messages", "<b>Bold</b>");
    browser.click_words("+12125550101");
    browser.wait_for_text("dialog .bubble", "Hi <img src=x onerror=alert(1)>! We miss you");
    BOOST_TEST(browser.run("return document.querySelectorAll('main img, dialog img, main b').length").as_int64() == 0);
    browser.screenshot("hostile-names");
    browser.leave_dialog();

    const std::string csv = content_of(browser.download("Messages CSV"));
    BOOST_TEST(csv.find("'=cmd()|calc") != std::string::npos);
    BOOST_TEST(csv.find(",=cmd") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_downloaded_csv_says_what_the_database_says)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign("customer_name,phone_number,last_order_date\n"
                                                   "Ann,2125550101,2020-01-31\nBad,call me,2020-01-31\n"
                                                   "Far,1 202 553 0003,2020-01-31\nNo,+15005550001,2020-01-31\n");
    dashboard.waybill.wait_until_final(id);
    browser.click_words("Autumn menu");
    const std::string csv = content_of(browser.download("Messages CSV"));
    const auto messages = dashboard.database.column("select recipient || ' ' || status from messages order by id");
    BOOST_TEST(std::ranges::count(csv, '\n') == static_cast<std::ptrdiff_t>(messages.size()) + 1);
    for (const std::string& message : messages) {
        const std::size_t space = message.find(' ');
        const std::size_t row = csv.find(message.substr(0, space));
        BOOST_REQUIRE(row != std::string::npos);
        const std::string line = csv.substr(row, csv.find('\n', row) - row);
        BOOST_TEST(line.find(message.substr(space + 1)) != std::string::npos, line + " is not " + message);
    }
    const std::string rejected = content_of(browser.download("Rejected rows"));
    BOOST_TEST(rejected.find("call me") != std::string::npos);
    BOOST_TEST(rejected.find("Invalid phone number format") != std::string::npos);
    browser.wait_for_text(".errors", "21211");
    browser.screenshot("campaign-errors");
}

BOOST_AUTO_TEST_CASE(a_number_is_taken_off_and_put_back)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.go_to("/opt-outs");
    browser.wait_for_text("main", "No one has opted out");
    browser.type(".inline-form input", "(212) 555-0101");
    browser.click_words("Add number");
    browser.wait_for_text(".opt-outs", "+12125550101");
    browser.screenshot("opt-outs");
    BOOST_TEST(dashboard.database.number("select count(*) from opt_outs") == 1);
    browser.click_words("Lift");
    browser.click("dialog .button.danger");
    browser.wait_for_text("main", "No one has opted out");
    BOOST_TEST(dashboard.database.number("select count(*) from opt_outs") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
