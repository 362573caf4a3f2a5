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

BOOST_AUTO_TEST_CASE(live_is_grey_while_the_database_is_away_and_every_page_recovers)
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
    dashboard.go_to("/overview"); // opened during the outage
    browser.wait_until_page("it cannot be shown", "document.querySelector('.problem')");
    dashboard.database.come_back();
    browser.wait_for_text("main", "Messages by day");
    browser.wait_until_page("the trouble is over", "document.getElementById('trouble').hidden");
    dashboard.forget_console();
}

BOOST_AUTO_TEST_CASE(a_page_that_is_opened_while_waybill_is_away_opens_when_it_is_back)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.make_campaign(lapsed_customers(3));
    browser.wait_for_text("main", "Autumn menu");
    BOOST_TEST(dashboard.waybill.terminate() == 0);
    dashboard.go_to("/overview"); // whose module was never loaded
    browser.wait_for_text("main", "This page opens automatically when Waybill is back.");
    browser.wait_for_text("#trouble", "Waybill does not answer");
    dashboard.waybill.start();
    browser.wait_for_text("main", "Messages by day");
    dashboard.forget_console();
}

BOOST_AUTO_TEST_CASE(every_page_fits_320_pixels_and_the_colours_that_the_system_chooses)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(lapsed_customers(3));
    dashboard.waybill.wait_until_final(id);
    browser.resize(320, 700);
    for (const std::string& page : {"/campaigns/" + id, std::string("/"), std::string("/overview"),
                                    std::string("/opt-outs"), std::string("/system"), std::string("/new")}) {
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
