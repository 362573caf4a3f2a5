#include "server/http/router.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>

using namespace waybill::http;

namespace
{

Router router()
{
    Router routes;
    for (const auto& [method, pattern] : std::initializer_list<std::pair<const char*, const char*>>{
             {"GET", "/"},
             {"GET", "/api/campaigns/{id}"},
             {"POST", "/api/campaigns/{id}/pause"},
             {"POST", "/api/campaigns/sms"},
             {"GET", "/api/campaigns/sms/status/{campaignId}"},
             {"GET", "/api/opt-outs/{phone}"},
             {"PUT", "/api/opt-outs/{phone}"},
             {"DELETE", "/api/opt-outs/{phone}"},
             {"GET", "/{a}/{b}/c"},
             {"POST", "/webhooks/twilio/status/{messageId}"},
         })
        routes.add({method, pattern, BodyKind::none, 0, nullptr});
    return routes;
}

struct Row
{
    std::string method, path, pattern; // empty: no route
    std::string name, value;
};

} // namespace

BOOST_AUTO_TEST_SUITE(http_router)

BOOST_AUTO_TEST_CASE(paths_find_their_routes)
{
    const std::array rows{
        Row{"GET", "/", "/", "", ""},
        Row{"GET", "/api/campaigns/17", "/api/campaigns/{id}", "id", "17"},
        Row{"HEAD", "/api/campaigns/17", "/api/campaigns/{id}", "id", "17"},
        Row{"GET", "/api/campaigns/sms", "/api/campaigns/{id}", "id", "sms"},
        Row{"POST", "/api/campaigns/sms", "/api/campaigns/sms", "", ""},
        Row{"POST", "/api/campaigns/sms/pause", "/api/campaigns/{id}/pause", "id", "sms"},
        Row{"GET", "/api/campaigns/sms/status/sms_1_a", "/api/campaigns/sms/status/{campaignId}", "campaignId",
            "sms_1_a"},
        Row{"GET", "/api/opt-outs/%2B15551234567", "/api/opt-outs/{phone}", "phone", "+15551234567"},
        Row{"GET", "/api/opt-outs/+1555", "/api/opt-outs/{phone}", "phone", "+1555"},
        Row{"GET", "/api/opt-outs/a%2Fb", "/api/opt-outs/{phone}", "phone", "a/b"},
        Row{"GET", "/api/opt-outs/%C3%A9", "/api/opt-outs/{phone}", "phone", "\xC3\xA9"},
        Row{"GET", "/api/campaigns/", "", "", ""},
        Row{"GET", "/api/campaigns/17/", "", "", ""},
        Row{"GET", "//api/campaigns/17", "", "", ""},
        Row{"GET", "/api/opt-outs/%00", "", "", ""},
        Row{"GET", "/api/opt-outs/%ff", "", "", ""},
        Row{"GET", "/api/opt-outs/%4", "", "", ""},
        Row{"GET", "/api/opt-outs/%zz", "", "", ""},
        Row{"GET", "", "", "", ""},
        Row{"GET", "*", "", "", ""},
        Row{"get", "/", "", "", ""},
    };
    const Router routes = router();
    for (const auto& row : rows) {
        const auto match = routes.match(row.method, row.path);
        BOOST_TEST((match.route == nullptr ? "" : match.route->pattern) == row.pattern, row.path);
        BOOST_TEST(match.path_values.size() == (row.name.empty() ? 0u : 1u), row.path);
        if (!row.name.empty()) BOOST_TEST(match.path_values.at(row.name) == row.value, row.path);
    }
}

BOOST_AUTO_TEST_CASE(a_pattern_may_hold_several_values)
{
    const auto match = router().match("GET", "/x/y%20z/c");
    BOOST_TEST(match.path_values.at("a") == "x");
    BOOST_TEST(match.path_values.at("b") == "y z");
}

BOOST_AUTO_TEST_CASE(a_path_without_that_method_tells_which_it_has)
{
    const Router routes = router();
    BOOST_TEST(routes.match("POST", "/").allow == "GET, HEAD, OPTIONS");
    BOOST_TEST(routes.match("PATCH", "/api/opt-outs/1").allow == "DELETE, GET, HEAD, OPTIONS, PUT");
    BOOST_TEST(routes.match("OPTIONS", "/api/campaigns/sms").allow == "GET, HEAD, OPTIONS, POST");
    BOOST_TEST(routes.match("OPTIONS", "/nowhere").allow == "");
}

BOOST_AUTO_TEST_CASE(each_route_counts_how_long_its_requests_took)
{
    using namespace std::chrono_literals;
    const Router routes = router();
    const auto match = routes.match("GET", "/api/campaigns/17");
    for (const auto time : {500us, 501us, 30'000us, 61'000'000us})
        match.route->times->add(time);
    std::uint64_t all = 0;
    for (const auto& [method, pattern, times] : routes.times()) {
        for (const std::uint64_t count : times->counts())
            all += count;
        if (pattern != "/api/campaigns/{id}") continue;
        BOOST_TEST(method == "GET");
        BOOST_TEST(times->counts().front() == 1U); // up to the first bound
        BOOST_TEST(times->counts()[1] == 1U);
        BOOST_TEST(times->counts().back() == 1U);
        BOOST_TEST(times->sum_in_seconds() == 61.031001, boost::test_tools::tolerance(1e-9));
    }
    BOOST_TEST(all == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
