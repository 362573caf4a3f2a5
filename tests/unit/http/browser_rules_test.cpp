#include "server/http/browser_rules.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::http;

namespace
{

const BrowserRules rules{"https://texts.example.com", {"intern.example"}, {"https://app.example.com"}};

BrowserRequest get(std::string_view path = "/api/campaigns", std::string_view host = "127.0.0.1:8000")
{
    BrowserRequest request{.method = "GET", .path = path, .host = host};
    request.local_address = "127.0.0.1";
    return request;
}

int status_of(const BrowserRequest& request, const BrowserRules& by = rules)
{
    const auto refusal = refuse_browser(by, request);
    return refusal ? refusal->status : 200;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_browser_rules)

BOOST_AUTO_TEST_CASE(only_our_own_names_are_answered_to)
{
    for (const std::string_view host : {"127.0.0.1", "127.0.0.1:8000", "localhost", "LocalHost:99", "texts.example.com",
                                        "TEXTS.example.com:443", "intern.example:80"})
        BOOST_TEST(status_of(get("/api/campaigns", host)) == 200, host);
    for (const std::string_view host : {"evil.example", "127.0.0.1.evil.example", "127.0.0.2", "texts.example.com.evil",
                                        "", "[::1]", "localhost.evil", "10.0.0.1"})
        BOOST_TEST(status_of(get("/api/campaigns", host)) == 421, host);
    BrowserRequest six = get("/", "[::1]:8000");
    six.local_address = "::1";
    BOOST_TEST(status_of(six) == 200);
    six.local_address = "::ffff:192.0.2.1";
    six.host = "192.0.2.1";
    BOOST_TEST(status_of(six) == 200);
}

BOOST_AUTO_TEST_CASE(machines_and_bearers_may_call_us_by_any_name)
{
    for (const std::string_view path : {"/webhooks/twilio/status/1", "/healthz", "/readyz", "/metrics"})
        BOOST_TEST(status_of(get(path, "evil.example")) == 200, path);
    BrowserRequest bearer = get("/api/campaigns", "evil.example");
    bearer.has_bearer = true;
    BOOST_TEST(status_of(bearer) == 200);
}

BOOST_AUTO_TEST_CASE(pages_of_other_origins_are_refused_unless_listed)
{
    const struct
    {
        std::string_view origin;
        int status;
    } cases[] = {{"https://texts.example.com", 200},
                 {"http://127.0.0.1:8000", 200},
                 {"https://app.example.com", 200},
                 {"https://127.0.0.1:8000", 403},
                 {"http://127.0.0.1:8001", 403},
                 {"http://127.0.0.1", 403},
                 {"http://app.example.com", 403},
                 {"https://evil.example", 403},
                 {"null", 403},
                 {"", 403},
                 {"https://app.example.com.evil", 403}};
    for (const auto& each : cases) {
        BrowserRequest request = get();
        request.method = "POST";
        request.origin = each.origin;
        BOOST_TEST(status_of(request) == each.status, each.origin);
    }
}

BOOST_AUTO_TEST_CASE(a_star_opens_what_needs_no_cookie_to_every_origin)
{
    const BrowserRules star{"", {}, {"*"}};
    BrowserRequest request = get();
    request.origin = "https://evil.example";
    BOOST_TEST(status_of(request, star) == 403);
    BOOST_TEST(cors_lines(star, request) == "Vary: Origin\r\n");
    request.has_bearer = true;
    BOOST_TEST(status_of(request, star) == 200);
    BOOST_TEST(cors_lines(star, request).find("Allow-Origin: https://evil.example\r\n") != std::string::npos);
    request.has_bearer = false;
    request.method = "POST";
    request.path = "/api/auth/login";
    BOOST_TEST(status_of(request, star) == 200);
    request.path = "/api/auth/session";
    BOOST_TEST(status_of(request, star) == 403);
    request.method = "OPTIONS";
    BOOST_TEST(cors_lines(star, request).find("Allow-Origin: https://evil.example\r\n") != std::string::npos);
    request.origin = "null";
    BOOST_TEST(cors_lines(star, request) == "Vary: Origin\r\n");
}

BOOST_AUTO_TEST_CASE(requests_of_other_sites_without_an_origin_open_the_dashboard_and_nothing_else)
{
    BrowserRequest request = get();
    request.fetch_site = "cross-site";
    BOOST_TEST(status_of(request) == 403);
    request.fetch_mode = "navigate";
    BOOST_TEST(status_of(request) == 403);
    request.path = "/";
    BOOST_TEST(status_of(request) == 200);
    request.fetch_mode = "no-cors";
    BOOST_TEST(status_of(request) == 403);
    request.path = "/api/campaigns";
    request.origin = "https://app.example.com";
    BOOST_TEST(status_of(request) == 200);
    for (const std::string_view site : {"same-origin", "none", ""}) {
        request = get();
        request.fetch_site = site;
        BOOST_TEST(status_of(request) == 200, site);
    }
}

BOOST_AUTO_TEST_CASE(a_listed_origin_is_echoed_and_credentials_are_never_allowed)
{
    BrowserRequest request = get();
    request.origin = "https://app.example.com";
    const std::string lines = cors_lines(rules, request);
    BOOST_TEST(lines.find("Access-Control-Allow-Origin: https://app.example.com\r\n") != std::string::npos);
    BOOST_TEST(lines.find("Access-Control-Expose-Headers: Location, Retry-After, X-Request-Id, WWW-Authenticate") !=
               std::string::npos);
    BOOST_TEST(lines.find("Credentials") == std::string::npos);
    BOOST_TEST(cors_lines(BrowserRules{}, request) == "");
}

BOOST_AUTO_TEST_SUITE_END()
