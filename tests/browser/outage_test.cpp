#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace waybill::test;

namespace
{

struct View
{
    std::string address, words; // that it shows when all is well
};

// Each page of the dashboard, with something to show.
struct Fixture
{
    Fixture()
    {
        const std::string id = dashboard.make_campaign(lapsed_customers(3));
        dashboard.waybill.wait_until_final(id);
        const std::string message = dashboard.database.value("select min(id) from messages");
        views = {{"/", "Autumn menu"},
                 {"/campaigns/" + id, "+15550100002"},
                 {"/messages", "+15550100002"},
                 {"/messages/" + message, "Delivery report from Twilio"},
                 {"/new", "Drop in the list"},
                 {"/overview", "Messages by day"},
                 {"/opt-outs", "No one has opted out"},
                 {"/access", "Nobody can sign in yet"},
                 {"/audit", "campaign"},
                 {"/person/%2B15550100001", "May be texted"},
                 {"/system", "Reachable"}};
    }

    void open(const View& view)
    {
        dashboard.go_to(view.address);
        browser.wait_for_text("main", view.words);
    }

    // A tab for each page. They are watched one after the other, like those of a person who has many.
    std::vector<std::string> open_all()
    {
        std::vector<std::string> tabs;
        for (const View& view : views) {
            tabs.push_back(browser.open_tab());
            browser.open(dashboard.waybill.origin() + "/#" + view.address);
            browser.wait_for_text("main", view.words);
        }
        return tabs;
    }
    void expect_trouble(const std::vector<std::string>& tabs, const char* words)
    {
        for (const std::string& tab : tabs) {
            browser.show_tab(tab);
            browser.wait_for_text("#trouble", words);
        }
    }
    void expect_recovery(const std::vector<std::string>& tabs)
    {
        for (std::size_t at = 0; at < tabs.size(); ++at) {
            browser.show_tab(tabs[at]);
            browser.wait_until_page(views[at].address + " has recovered",
                                    "document.getElementById('trouble').hidden && !document.querySelector('.problem')");
            browser.wait_for_text("main", views[at].words);
        }
    }
    void close(const std::vector<std::string>& tabs)
    {
        for (const std::string& tab : tabs) {
            browser.show_tab(tab);
            browser.close_tab();
        }
        browser.show_tab(first);
    }

    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    std::string first = browser.tab();
    std::vector<View> views;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outages, Fixture)

BOOST_AUTO_TEST_CASE(every_open_page_outlives_an_outage_of_the_database_and_one_of_waybill)
{
    const std::vector<std::string> tabs = open_all();
    dashboard.database.go_away();
    expect_trouble(tabs, "The database does not answer");
    dashboard.database.come_back();
    expect_recovery(tabs);
    BOOST_TEST(dashboard.waybill.terminate() == 0);
    expect_trouble(tabs, "Waybill does not answer");
    dashboard.waybill.start();
    expect_recovery(tabs);
    dashboard.make_campaign(lapsed_customers(1));
    browser.show_tab(tabs.front());
    browser.wait_until_page("the list is fresh", "document.querySelectorAll('.campaign-row').length === 2");
    browser.show_tab(tabs[1]);
    browser.wait_for_text(".freshness", "Live");
    close(tabs);
    dashboard.forget_console();
}

BOOST_AUTO_TEST_CASE(every_page_that_is_opened_while_the_database_is_away_shows_itself_when_it_is_back)
{
    open({"/system", "Reachable"});
    dashboard.database.go_away();
    browser.wait_for_text("#trouble", "The database does not answer");
    std::vector<std::string> tabs;
    for (const View& view : views) {
        tabs.push_back(browser.open_tab());
        browser.open(dashboard.waybill.origin() + "/#" + view.address);
        browser.wait_until_page("the trouble is named", "!document.getElementById('trouble').hidden");
    }
    dashboard.database.come_back();
    expect_recovery(tabs);
    close(tabs);
    dashboard.forget_console();
}

// Their modules were never fetched, and a browser remembers that it could not fetch one.
BOOST_AUTO_TEST_CASE(every_page_that_is_opened_while_waybill_is_away_shows_itself_when_it_is_back)
{
    std::vector<std::string> tabs;
    for (const View& view : views) {
        tabs.push_back(browser.open_tab());
        browser.open(dashboard.waybill.origin() + "/#" + (view.address == "/" ? "/system" : "/"));
        browser.wait_for_text("main", view.address == "/" ? "Reachable" : "Autumn menu");
    }
    BOOST_TEST(dashboard.waybill.terminate() == 0);
    for (std::size_t at = 0; at < tabs.size(); ++at) {
        browser.show_tab(tabs[at]);
        dashboard.go_to(views[at].address);
        browser.wait_for_text("#trouble", "Waybill does not answer");
    }
    browser.screenshot("opened-while-away");
    dashboard.waybill.start();
    expect_recovery(tabs);
    close(tabs);
    dashboard.forget_console();
}

BOOST_AUTO_TEST_SUITE_END()
