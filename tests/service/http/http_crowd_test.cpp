#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <string>

using namespace waybill;
using http::BodyKind;
using http::Request;
using http::Response;
using test::RawHttp;
using test::RunningServer;

namespace
{

http::asio::awaitable<Response> peer(Request request)
{
    co_return http::json_response(200, request.connection->peer_address);
}

http::asio::awaitable<Response> size_of_form(Request request)
{
    co_return http::json_response(200, std::to_string(request.form->files.size()));
}

http::asio::awaitable<void> until_it_ends(http::BodyWriter& body)
{
    for (;;)
        co_await body.write(std::string(64 * 1024, 'x'));
}

http::asio::awaitable<Response> endless(Request)
{
    Response reply;
    reply.stream = until_it_ends;
    co_return reply;
}

http::asio::awaitable<std::optional<Response>> name_by_header(Request& request)
{
    request.caller.name = request.headers.value_or_empty("X-Name");
    co_return std::nullopt;
}

http::Router routes()
{
    http::Router router;
    router.add({"GET", "/peer", BodyKind::none, 1000, peer});
    router.add({"GET", "/endless", BodyKind::none, 1000, endless});
    router.add({"POST", "/webhooks/peer", BodyKind::text, 1000, peer});
    http::Route upload{"POST", "/upload", BodyKind::multipart, 1'000'000, size_of_form};
    upload.file_field = "customerList";
    router.add(std::move(upload));
    return router;
}

std::string get(const std::string& target, const std::string& fields = "")
{
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

const std::string webhook = "POST /webhooks/peer HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";

std::string part(const std::string& name, const std::string& content, const std::string& file_name = "")
{
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" +
           (file_name.empty() ? "" : "; filename=\"" + file_name + "\"") + "\r\n\r\n" + content + "\r\n";
}

std::string upload(const std::string& parts)
{
    const std::string body = parts + "--b--\r\n";
    return "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

http::ServerOptions small()
{
    http::ServerOptions options;
    options.max_connections = 20;
    options.max_api_requests = 3;
    options.max_requests_per_address = 2;
    options.trusted_proxies = {"127.0.0.1"};
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_crowd)

BOOST_AUTO_TEST_CASE(a_full_server_closes_the_connection_that_has_waited_longest_for_a_request)
{
    RunningServer server(routes(), small());
    std::deque<RawHttp> idle;
    for (int i = 0; i < 20; ++i) {
        idle.emplace_back(server.port());
        if (i % 2 == 0) idle.back().send("POST /webhooks/peer HTTP/1.1\r\nHo"); // slow ones beside the idle
        server.wait_until([&](const auto& counters) { return counters.connections_accepted == i + 1U; });
    }
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(RawHttp(server.port()).ask(webhook).status == 200);
    BOOST_TEST(idle[0].is_closed());
    BOOST_TEST(idle[19].ask(webhook).status == 200);
    BOOST_TEST(server.counters().connections_refused == 0U);
    BOOST_TEST(server.counters().connections_evicted >= 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_keeps_sending_what_was_refused_makes_room)
{
    RunningServer server(routes(), small());
    std::deque<RawHttp> refused;
    for (int i = 0; i < 20; ++i) {
        refused.emplace_back(server.port());
        refused.back().send("POST /webhooks/no HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
        BOOST_TEST(refused.back().receive_head().status == 404);
    }
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(RawHttp(server.port()).ask(webhook).status == 200);
    BOOST_TEST(server.counters().connections_refused == 0U);
}

BOOST_AUTO_TEST_CASE(requests_of_the_api_leave_room_for_webhooks_and_for_other_addresses)
{
    RunningServer server(routes(), small());
    const auto of = [](const std::string& address) { return "X-Forwarded-For: " + address + "\r\n"; };
    std::deque<RawHttp> streams;
    const auto begin = [&](const std::string& address) {
        streams.emplace_back(server.port());
        streams.back().send(get("/endless", of(address)));
        BOOST_TEST(streams.back().receive_head().status == 200);
    };
    begin("203.0.113.1");
    begin("203.0.113.1");
    auto reply = RawHttp(server.port()).ask(get("/peer", of("203.0.113.1")));
    BOOST_TEST(reply.status == 429);
    BOOST_TEST(reply.field("Retry-After") == "1");
    BOOST_TEST(RawHttp(server.port()).ask(get("/peer", of("203.0.113.2"))).body == "203.0.113.2");
    begin("203.0.113.2");
    reply = RawHttp(server.port()).ask(get("/peer", of("203.0.113.3")));
    BOOST_TEST(reply.status == 503);
    BOOST_TEST(reply.field("Retry-After") == "1");
    BOOST_TEST(RawHttp(server.port()).ask(webhook).status == 200);
    streams.clear();
    server.wait_until([](const auto& counters) { return counters.connections_open == 0; });
    BOOST_TEST(RawHttp(server.port()).ask(get("/peer", of("203.0.113.1"))).status == 200);
}

BOOST_AUTO_TEST_CASE(a_port_for_webhooks_serves_them_alone_and_is_the_only_one_that_does)
{
    http::ServerOptions options;
    options.webhook_port = 0;
    RunningServer server(routes(), options);
    const std::uint16_t webhooks = server.webhook_port();
    BOOST_TEST(webhooks != server.port());
    BOOST_TEST(RawHttp(webhooks).ask(webhook).status == 200);
    BOOST_TEST(RawHttp(server.port()).ask(webhook).status == 404);
    BOOST_TEST(RawHttp(server.port()).ask(get("/peer")).status == 200);
    for (const char* target :
         {"/peer", "/webhooks/../peer", "/webhooks/%2e%2e/peer", "//peer", "/webhooks//../peer", "/webhooks",
          "/webhooks/..%2fpeer", "http://h/peer", "/WEBHOOKS/../peer", "/peer?/webhooks/"})
        BOOST_TEST(RawHttp(webhooks).ask(get(target)).status == 404, target);
}

BOOST_AUTO_TEST_CASE(only_a_trusted_proxy_names_another_address)
{
    RunningServer server(routes());
    BOOST_TEST(RawHttp(server.port()).ask(get("/peer", "X-Forwarded-For: 203.0.113.1\r\n")).body == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(the_proxy_protocol_is_required_of_trusted_peers_and_understood_from_no_other)
{
    const std::string line = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n";
    http::ServerOptions options;
    options.proxy_protocol = true;
    {
        RunningServer strange(routes(), options); // 127.0.0.1 is not trusted
        BOOST_TEST(RawHttp(strange.port()).ask(get("/peer")).body == "127.0.0.1");
        BOOST_TEST(RawHttp(strange.port()).ask(line + get("/peer")).status == 400);
    }
    options.trusted_proxies = {"127.0.0.1", "198.51.100.0/24"};
    options.header_deadline = std::chrono::seconds(1);
    RunningServer server(routes(), options);
    RawHttp client(server.port());
    BOOST_TEST(client.ask(line + get("/peer", "X-Forwarded-For: 203.0.113.1\r\n")).body == "203.0.113.9");
    BOOST_TEST(client.ask(webhook).body == "203.0.113.9"); // for the whole connection
    RawHttp chained(server.port());
    for (const char each : std::string("PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n"))
        chained.send(std::string(1, each));
    BOOST_TEST(chained.ask(get("/peer", "X-Forwarded-For: 203.0.113.1\r\n")).body == "203.0.113.1");
    BOOST_TEST(RawHttp(server.port()).ask("PROXY UNKNOWN\r\n" + get("/peer")).body == "127.0.0.1");
    RawHttp silent(server.port());
    BOOST_TEST(RawHttp(server.port()).ask(get("/peer")).status == 0); // closed without a word
    BOOST_TEST(RawHttp(server.port()).ask("PROXY TCP4 x\r\n" + get("/peer")).status == 0);
    BOOST_TEST(silent.is_closed());
}

BOOST_AUTO_TEST_CASE(only_the_list_may_be_a_file_and_a_form_has_64_parts)
{
    RunningServer server(routes());
    RawHttp client(server.port());
    BOOST_TEST(client.ask(upload(part("name", "x") + part("customerList", "x", "a.csv"))).body == "1");
    BOOST_TEST(RawHttp(server.port()).ask(upload(part("name", "x", "a.csv"))).status == 422);
    std::string many;
    for (int i = 0; i < 64; ++i)
        many += part("f" + std::to_string(i), "x");
    BOOST_TEST(client.ask(upload(many)).status == 200);
    BOOST_TEST(RawHttp(server.port()).ask(upload(many + part("one", "more"))).status == 413);
}

BOOST_AUTO_TEST_CASE(all_uploads_under_way_share_their_room)
{
    http::ServerOptions options;
    options.max_uploads_bytes = 1'000;
    RunningServer server(routes(), options);
    const std::string half = upload(part("customerList", std::string(600, 'x'), "a.csv"));
    {
        RawHttp unfinished(server.port());
        unfinished.send(half.substr(0, half.size() - 10));
        server.wait_until([](const auto& counters) { return counters.upload_bytes > 500; });
        const auto reply = RawHttp(server.port()).ask(half);
        BOOST_TEST(reply.status == 503);
        BOOST_TEST(reply.field("Retry-After") == "10");
    }
    server.wait_until([](const auto& counters) { return counters.upload_bytes == 0; });
    BOOST_TEST(RawHttp(server.port()).ask(half).status == 200);
}

BOOST_AUTO_TEST_CASE(one_principal_leaves_room_for_the_uploads_of_others)
{
    http::ServerOptions options;
    options.max_uploads_bytes = 2'000;
    options.max_uploads_bytes_each = 1'000;
    http::Router router;
    http::Route route{"POST", "/upload", BodyKind::multipart, 1'000'000, size_of_form};
    route.admit = name_by_header;
    router.add(std::move(route));
    RunningServer server(std::move(router), options);
    const auto upload_of = [](const std::string& name) {
        const std::string plain = upload(part("customerList", std::string(600, 'x'), "a.csv"));
        return "POST /upload HTTP/1.1\r\nX-Name: " + name + plain.substr(plain.find("\r\n"));
    };
    {
        RawHttp unfinished(server.port());
        unfinished.send(upload_of("ana").substr(0, 760));
        server.wait_until([](const auto& counters) { return counters.upload_bytes > 500; });
        const auto reply = RawHttp(server.port()).ask(upload_of("ana"));
        BOOST_TEST(reply.status == 429);
        BOOST_TEST(reply.field("Retry-After") == "10");
        BOOST_TEST(RawHttp(server.port()).ask(upload_of("ben")).status == 200);
    }
    server.wait_until([](const auto& counters) { return counters.upload_bytes == 0; });
    BOOST_TEST(RawHttp(server.port()).ask(upload_of("ana")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
