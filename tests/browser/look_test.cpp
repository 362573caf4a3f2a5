#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <fstream>
#include <iterator>

using namespace waybill::test;

namespace json = boost::json;

namespace
{

struct Page
{
    std::string name, address, words; // that tell that it is there
};

constexpr std::array widths = {375, 1440};

void look_at(Dashboard& dashboard, const Page& page, int width)
{
    Browser& browser = dashboard.browser;
    browser.resize(width, 900);
    dashboard.go_to(page.address);
    browser.wait_for_text("main", page.words);
    for (const bool dark : {false, true}) {
        browser.prefer_dark(dark);
        browser.screenshot("look-" + page.name + "-" + std::to_string(width) + (dark ? "-dark" : ""));
    }
    const auto wide = browser.run("return document.documentElement.scrollWidth").as_int64();
    BOOST_TEST(wide <= width, page.name << " is " << wide << " wide on a screen of " << width);
}

} // namespace

BOOST_AUTO_TEST_SUITE(look)

BOOST_AUTO_TEST_CASE(every_page_fits_a_phone_and_a_desk_in_light_and_dark)
{
    Dashboard dashboard;
    const std::string id = dashboard.make_campaign(lapsed_customers(60));
    dashboard.waybill.wait_until_final(id);
    const std::string message = dashboard.database.value("select min(id) from messages");
    const std::array pages = {Page{"campaigns", "/", "Autumn menu"},
                              Page{"campaign", "/campaigns/" + id, "+15550100000"},
                              Page{"create", "/new", "Drop in the list"},
                              Page{"messages", "/messages", "+15550100059"},
                              Page{"message", "/messages/" + message, "Delivered"},
                              Page{"access", "/access", "Nobody can sign in yet"},
                              Page{"connections", "/connections", "No connections yet"},
                              Page{"audit", "/audit", "campaign"},
                              Page{"person", "/person/%2B15550100001", "May be texted"},
                              Page{"overview", "/overview", "Messages by day"},
                              Page{"opt-outs", "/opt-outs", "No one has opted out"},
                              Page{"system", "/system", "Reachable"}};
    for (const int width : widths)
        for (const Page& page : pages)
            look_at(dashboard, page, width);
}

BOOST_AUTO_TEST_CASE(the_list_and_a_campaign_fetch_little)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(lapsed_customers(3));
    dashboard.waybill.wait_until_final(id);
    const auto fetched = [&] {
        return browser
            .run("return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
                 ".filter(({name}) => !name.includes('/api/')).reduce((sum, one) => sum + one.encodedBodySize, 0)")
            .as_int64();
    };
    browser.wait_for_text("main", "Autumn menu");
    const std::int64_t list = fetched();
    BOOST_TEST(list > 10'000);
    BOOST_TEST(list < 32'000);
    dashboard.go_to("/campaigns/" + id);
    browser.wait_until_page("the charts are drawn",
                            "document.querySelectorAll('.chart:not([hidden]) canvas').length === 2");
    BOOST_TEST(fetched() > list);
    BOOST_TEST(fetched() < 145'000);
}

BOOST_AUTO_TEST_CASE(days_and_times_are_those_of_the_viewers_zone)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(lapsed_customers(3));
    dashboard.waybill.wait_until_final(id);
    for (const char* zone : {"Pacific/Kiritimati", "Pacific/Honolulu"}) { // which are never on the same day
        browser.set_time_zone(zone);
        browser.run("location.reload()");
        dashboard.go_to("/overview");
        browser.wait_for_text("main", std::string("midnight in the time zone ") + zone);
        browser.wait_for_text(".figures", "3 messages");
        const json::value last = browser.run("return document.querySelector('[aria-label=Until]').value");
        BOOST_TEST(std::string(last.as_string()) ==
                   dashboard.database.value(std::string("select (now() at time zone '") + zone + "')::date"));
        dashboard.go_to("/");
    }
    browser.set_time_zone("");
}

BOOST_AUTO_TEST_CASE(nobody_can_miss_that_it_is_simulated)
{
    Dashboard dashboard;
    for (const char* page : {"/", "/new", "/messages", "/overview", "/opt-outs", "/access", "/system"}) {
        dashboard.go_to(page);
        dashboard.browser.wait_for_text("#simulated", "Nothing reaches a phone");
    }
}

BOOST_AUTO_TEST_CASE(the_page_counts_segments_as_the_server_does)
{
    Dashboard dashboard;
    std::ifstream file(waybill::test::source_path("tests/vectors/segments.json"));
    const json::value vectors = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    const json::value counted = dashboard.browser.run(
        "return import('/assets/text/segments.js').then(({measure}) => arguments[0].map(({text}) => measure(text)))",
        {vectors});
    for (std::size_t at = 0; at < vectors.as_array().size(); ++at)
        for (const char* figure : {"encoding", "units", "segments"})
            BOOST_TEST(counted.at(at).at(figure) == vectors.at(at).at(figure), vectors.at(at).at("name")
                                                                                   << ": " << figure);
}

BOOST_AUTO_TEST_CASE(the_keyboard_is_enough)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.make_campaign(lapsed_customers(1));
    browser.wait_for_text("main", "Autumn menu");
    browser.press(key::tab);
    BOOST_TEST(browser.run("return document.activeElement.innerText").as_string() == "Skip to the content");
    browser.press(key::enter);
    browser.press(key::tab);
    BOOST_TEST(browser.run("return document.activeElement.type").as_string() == "search");
    browser.press(key::tab);
    browser.press(key::enter);
    browser.wait_for_text(".page-head h1", "Autumn menu");
    BOOST_TEST(browser.run("return document.activeElement.id").as_string() == "main");
}

BOOST_AUTO_TEST_SUITE_END()
