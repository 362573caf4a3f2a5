#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::RawHttp;
using test::RunningServer;

namespace
{

http::asio::awaitable<http::Response> answer(http::Request)
{
    co_return http::json_response(200, "{}");
}

http::Router routes()
{
    http::Router router;
    router.add({"PUT", "/api/opt-outs/{phone}", http::BodyKind::text, 100, answer});
    return router;
}

http::ServerOptions allowing(const std::string& origin)
{
    http::ServerOptions options;
    options.browser_rules.cors_origins = {origin};
    return options;
}

const std::string preflight = "OPTIONS /api/opt-outs/1 HTTP/1.1\r\nHost: h\r\nOrigin: http://shop\r\n"
                              "Access-Control-Request-Method: PUT\r\n"
                              "Access-Control-Request-Headers: content-type, idempotency-key\r\n\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(http_cors)

BOOST_AUTO_TEST_CASE(a_preflight_is_answered_without_credentials)
{
    RunningServer server(routes(), allowing("http://shop"));
    const auto reply = RawHttp(server.port()).ask(preflight);
    BOOST_TEST(reply.status == 204);
    BOOST_TEST(reply.field("Access-Control-Allow-Origin") == "http://shop");
    BOOST_TEST(reply.field("Access-Control-Allow-Methods") == "OPTIONS, PUT");
    BOOST_TEST(reply.field("Access-Control-Allow-Headers") == "content-type, idempotency-key");
    BOOST_TEST(reply.field("Vary") == "Origin");
}

BOOST_AUTO_TEST_CASE(every_reply_echoes_a_listed_origin_errors_too)
{
    RunningServer server(routes(), allowing("http://shop"));
    for (const std::string request :
         {"PUT /api/opt-outs/1 HTTP/1.1\r\nHost: h\r\nOrigin: http://shop\r\nContent-Length: 2\r\n\r\n{}",
          "GET /nowhere HTTP/1.1\r\nHost: h\r\nOrigin: http://shop\r\n\r\n",
          "POST /api/opt-outs/1 HTTP/1.1\r\nHost: h\r\nOrigin: http://shop\r\n\r\n",
          "PUT /api/opt-outs/1 HTTP/1.1\r\nHost: h\r\nOrigin: http://shop\r\nContent-Length: 200\r\n\r\n"}) {
        const auto reply = RawHttp(server.port()).ask(request);
        BOOST_TEST(reply.field("Access-Control-Allow-Origin") == "http://shop", request);
        BOOST_TEST(reply.field("Access-Control-Expose-Headers").find("Retry-After") != std::string::npos, request);
        BOOST_TEST(reply.head.find("Access-Control-Allow-Credentials") == std::string::npos, request);
        BOOST_TEST(reply.field("Vary") == "Origin", request);
    }
}

BOOST_AUTO_TEST_CASE(an_origin_that_is_not_listed_is_never_echoed)
{
    RunningServer server(routes(), allowing("http://shop"));
    for (const std::string origin : {"http://shop.example", "http://shop:81", "null", "https://shop"}) {
        const auto reply =
            RawHttp(server.port()).ask("GET /nowhere HTTP/1.1\r\nHost: h\r\nOrigin: " + origin + "\r\n\r\n");
        BOOST_TEST(reply.field("Access-Control-Allow-Origin") == "", origin);
        BOOST_TEST(reply.field("Vary") == "Origin", origin);
    }
}

BOOST_AUTO_TEST_CASE(without_the_setting_there_are_no_cors_fields)
{
    RunningServer server(routes());
    const auto reply = RawHttp(server.port()).ask(preflight);
    BOOST_TEST(reply.status == 204);
    BOOST_TEST(reply.field("Allow") == "OPTIONS, PUT");
    BOOST_TEST(reply.head.find("Access-Control") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
