#include "tests/browser/dashboard.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace waybill::test;

namespace
{

struct Fixture
{
    void open_with(const std::string& file) { dashboard.choose_list(source_path("tests/data/lists/" + file)); }

    void send_four()
    {
        browser.wait_for_text(".send-bar", "4 messages");
        dashboard.write_message();
        dashboard.review();
        browser.wait_for_text("dialog", "Send 4 messages now?");
        browser.click("dialog .button.primary");
        browser.wait_for_text(".progress-card", "Sent completely");
    }

    Dashboard dashboard;
    Browser& browser = dashboard.browser;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(list_pages, Fixture)

BOOST_AUTO_TEST_CASE(a_workbook_with_its_own_headings_becomes_a_campaign)
{
    open_with("guests.xlsx");
    browser.wait_for_text(".list-table", "What Waybill read");
    browser.wait_for_text(".list-table", "Zo\u00eb O\u2019Connor");
    browser.screenshot("create-workbook");
    send_four();
    BOOST_TEST(dashboard.database.number("select count(*) from messages") == 4);
}

BOOST_AUTO_TEST_CASE(a_question_about_dates_is_answered_with_one_click)
{
    open_with("ambiguous-dates.csv");
    browser.wait_for_text(".list-question", "No row proves it");
    browser.wait_for_text(".send-bar", "Answer the question about your list first.");
    browser.screenshot("create-question");
    browser.click_words("Day first: 1/2 is February 1");
    browser.wait_until_page("the question is gone", "!document.querySelector('.list-question')");
    send_four();
}

BOOST_AUTO_TEST_CASE(columns_without_known_headings_are_confirmed_or_reassigned)
{
    open_with("own-headers.csv");
    browser.wait_for_text(".list-question", "Is this right?");
    browser.click_words("Yes, these columns are right");
    browser.wait_until_page("the question is gone", "!document.querySelector('.list-question')");
    send_four();
}

BOOST_AUTO_TEST_CASE(a_list_in_which_every_row_is_bad_says_why_and_gives_the_rows_back)
{
    open_with("every-row-bad.csv");
    browser.wait_for_text(".drop-box", "No valid customers found in CSV file");
    browser.wait_for_text(".reasons", "Invalid date format (expected YYYY-MM-DD)");
    browser.wait_for_text(".reasons", "4 rows, the first in line 2");
    browser.screenshot("create-every-row-bad");
    std::ifstream file(browser.download("Download 4 rows that are left out"));
    const std::string rows{std::istreambuf_iterator<char>(file), {}};
    BOOST_TEST(rows.find("reason") != std::string::npos);
    BOOST_TEST(std::ranges::count(rows, '\n') == 5);
    BOOST_TEST(dashboard.database.number("select count(*) from campaigns") == 0);
    dashboard.forget_console(); // it reports the refusal's status
}

BOOST_AUTO_TEST_SUITE_END()
