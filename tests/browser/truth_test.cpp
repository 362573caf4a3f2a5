#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace
{

bool has_class(Browser& browser, std::string_view selector, std::string_view name)
{
    return browser.run("return document.querySelector(arguments[0]).classList.contains(arguments[1])", {selector, name})
        .as_bool();
}

} // namespace

BOOST_AUTO_TEST_SUITE(truth)

BOOST_AUTO_TEST_CASE(an_account_that_Twilio_refuses_turns_everything_red)
{
    Dashboard dashboard(100, {}, {{"TWILIO_AUTH_TOKEN", "ffffffffffffffffffffffffffffffff"}});
    Browser& browser = dashboard.browser;
    dashboard.make_campaign(lapsed_customers(3));
    browser.wait_for_text(".campaign-row", "Not sending");
    browser.wait_until_page("the row is red", "document.querySelector('.campaign-row.refused .row-why').innerText");
    browser.wait_until_page("the navigation is red", "document.querySelector('.top [data-page=system].bad')");
    browser.screenshot("account-refused");
    browser.click_words("Autumn menu");
    browser.wait_for_text(".notice.bad", "Nothing is being sent right now.");
    dashboard.go_to("/system");
    browser.wait_for_text(".part-card.bad", "Paused");
    browser.screenshot("account-refused-system");
    BOOST_TEST(dashboard.waybill.get_json("/api/health").at("status").as_string() == "degraded");
    BOOST_TEST(dashboard.waybill.get_json("/api/health").at("sendersPaused").as_bool());
}

BOOST_AUTO_TEST_CASE(live_is_grey_while_the_database_is_away)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(lapsed_customers(3));
    dashboard.waybill.wait_until_final(id);
    dashboard.go_to("/campaigns/" + id);
    browser.wait_for_text(".freshness", "Live");
    dashboard.database.go_away();
    browser.wait_for_text(".freshness", "Not connected");
    BOOST_TEST(has_class(browser, ".freshness", "away"));
    browser.wait_until_page("the trouble is named", "!document.getElementById('trouble').hidden");
    browser.screenshot("database-away");
    dashboard.database.come_back();
    browser.wait_for_text(".freshness", "Live");
    browser.wait_until_page("the trouble is over", "document.getElementById('trouble').hidden");
    dashboard.forget_console();
}

BOOST_AUTO_TEST_CASE(every_page_fits_320_pixels_and_the_colours_that_the_system_chooses)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(lapsed_customers(3));
    dashboard.waybill.wait_until_final(id);
    browser.resize(320, 700);
    for (const std::string& page :
         {"/campaigns/" + id, std::string("/"), std::string("/overview"), std::string("/opt-outs"),
          std::string("/system"), std::string("/new"), std::string("/messages"), std::string("/access"),
          std::string("/audit"), std::string("/connections"), std::string("/person/%2B15550100001")}) {
        dashboard.go_to(page);
        browser.wait_until_page("the page is shown", "document.querySelector('main h1')");
        const auto wide = browser.run("return document.documentElement.scrollWidth").as_int64();
        BOOST_TEST(wide <= 320, page << " is " << wide << " wide");
    }
    browser.resize(1440, 900);
    browser.force_colours(true);
    dashboard.go_to("/campaigns/" + id);
    browser.wait_for_text(".progress-card", "delivered");
    const auto colour = browser.run("return getComputedStyle(document.querySelector('.part')).backgroundColor");
    browser.screenshot("forced-colours");
    BOOST_TEST(colour.as_string() == "rgb(31, 157, 99)"); // its own: the bar says something
    browser.force_colours(false);
}

BOOST_AUTO_TEST_SUITE_END()
