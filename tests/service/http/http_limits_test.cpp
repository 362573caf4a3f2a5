#include "server/http/server/connection.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <vector>

using namespace waybill;
using http::BodyKind;
using http::Request;
using http::Response;
using std::chrono::seconds;
using namespace std::string_literals;
using test::RawHttp;
using test::RunningServer;

namespace
{

http::asio::awaitable<Response> length(Request request)
{
    co_return http::json_response(200, std::to_string(request.body.size()));
}

http::asio::awaitable<Response> large(Request)
{
    co_return http::json_response(200, std::string(64 << 20, 'x'));
}

http::asio::awaitable<void> endless_pieces(http::BodyWriter& body)
{
    for (;;)
        co_await body.write(std::string(64 * 1024, 'x'));
}

http::asio::awaitable<Response> endless(Request)
{
    Response reply;
    reply.stream = endless_pieces;
    co_return reply;
}

http::Router routes()
{
    http::Router router;
    router.add({"POST", "/length", BodyKind::text, 100'000, length});
    router.add({"GET", "/length", BodyKind::none, 1000, length});
    router.add({"GET", "/large", BodyKind::none, 1000, large});
    router.add({"GET", "/endless", BodyKind::none, 1000, endless});
    return router;
}

http::ServerOptions impatient()
{
    http::ServerOptions options;
    options.header_deadline = seconds(1);
    options.idle_deadline = seconds(1);
    options.body_deadline = seconds(1);
    options.write_deadline = seconds(1);
    return options;
}

std::string post(const std::string& fields, const std::string& body = "")
{
    return "POST /length HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_limits)

BOOST_AUTO_TEST_CASE(bodies_are_taken_up_to_the_limit_of_the_route)
{
    RunningServer server(routes());
    const std::string most(100'000, 'x');
    const std::string more(100'001, 'x');
    BOOST_TEST(RawHttp(server.port()).ask(post("Content-Length: 100000\r\n", most)).body == "100000");
    const auto chunked = [](const std::string& body) { return "186a0\r\n" + body + "\r\n0\r\n\r\n"; };
    BOOST_TEST(RawHttp(server.port()).ask(post("Transfer-Encoding: chunked\r\n", chunked(most))).body == "100000");
    const std::string one_more = "1\r\nx\r\n" + chunked(most);
    for (const auto& request : {post("Content-Length: 100001\r\n", more), post("Content-Length: 99999999999999999\r\n"),
                                post("Transfer-Encoding: chunked\r\n", "fffffffffffffff\r\n"),
                                post("Transfer-Encoding: chunked\r\n", one_more),
                                std::string("GET /length HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n")}) {
        RawHttp client(server.port());
        const auto reply = client.ask(request);
        BOOST_TEST(reply.status == 413);
        BOOST_TEST(reply.field("Connection") == "close");
        BOOST_TEST(reply.body.starts_with(R"({"error":")"));
        client.finish_writing();
        BOOST_TEST(client.is_closed());
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_on_after_a_413_still_gets_to_read_it)
{
    RunningServer server(routes());
    RawHttp client(server.port());
    client.send(post("Content-Length: 50000000\r\n"));
    client.send(std::string(50'000'000, 'x'));
    BOOST_TEST(client.receive().status == 413);
}

BOOST_AUTO_TEST_CASE(too_long_header_fields_are_refused)
{
    http::ServerOptions options;
    options.max_header_bytes = 2000;
    RunningServer server(routes(), options);
    const std::string fits = post("X: " + std::string(1900, 'x') + "\r\nContent-Length: 0\r\n");
    BOOST_TEST(RawHttp(server.port()).ask(fits).status == 200);
    std::string many;
    for (int field = 0; field < 400; ++field)
        many += "A: b\r\n";
    for (const auto& request : {"GET /" + std::string(3000, 'x'), "GET /" + std::string(30'000, 'x'),
                                post("X: " + std::string(2000, 'x') + "\r\n"), post("X: " + std::string(9000, 'x')),
                                post(many), post(many + many + "\r\n")}) {
        const auto reply = RawHttp(server.port()).ask(request);
        BOOST_TEST(reply.status == 431);
        BOOST_TEST(reply.field("Connection") == "close");
    }
    RawHttp slow(server.port());
    slow.send("GET / HTTP/1.1\r\n");
    for (int field = 0; field < 500; ++field)
        slow.try_send("A: b\r\n");
    BOOST_TEST(slow.receive().status == 431);
}

BOOST_AUTO_TEST_CASE(malformed_and_ambiguous_requests_are_refused_and_the_connection_closed)
{
    RunningServer server(routes());
    const std::array<std::string, 22> requests{
        "hello\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"s,
        "\x16\x03\x01\x02\x00\x01\xfc\x03\x03",
        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        "POST /length HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
        post("Content-Length: -1\r\n"),
        post("Content-Length: +5\r\n", "hello"),
        post("Content-Length: 99999999999999999999999\r\n"),
        post("Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "5\r\nhello!!0\r\n\r\n"),
    };
    for (const auto& request : requests) {
        RawHttp client(server.port());
        const auto reply = client.ask(request);
        BOOST_TEST(reply.status == 400, request);
        BOOST_TEST(reply.field("Connection") == "close", request);
        BOOST_TEST(reply.body.starts_with(R"({"error":")"), request);
        client.finish_writing();
        BOOST_TEST(client.is_closed());
    }
}

BOOST_AUTO_TEST_CASE(a_request_that_ends_early_is_told_so)
{
    RunningServer server(routes());
    for (const auto& request : {std::string("GET / HT"), post("Content-Length: 9\r\n", "hi"),
                                post("Transfer-Encoding: chunked\r\n", "5\r\nhe")}) {
        RawHttp client(server.port());
        client.send(request);
        client.finish_writing();
        BOOST_TEST(client.receive().status == 400);
        BOOST_TEST(client.is_closed());
    }
}

BOOST_AUTO_TEST_CASE(an_endless_chunk_head_is_refused)
{
    RunningServer server(routes());
    BOOST_TEST(
        RawHttp(server.port()).ask(post("Transfer-Encoding: chunked\r\n", "5;" + std::string(40'000, 'x'))).status ==
        400);
    const std::string trailer = "0\r\n" + std::string(40'000, 'x');
    BOOST_TEST(RawHttp(server.port()).ask(post("Transfer-Encoding: chunked\r\n", trailer)).status == 400);
}

BOOST_AUTO_TEST_CASE(a_slow_request_is_cut_with_a_408)
{
    RunningServer server(routes(), impatient());
    std::vector<std::unique_ptr<RawHttp>> clients;
    for (const auto& begin : {std::string("GET /"), post("X: "), post("Content-Length: 90000\r\n"),
                              post("Transfer-Encoding: chunked\r\n", "ffff\r\n")}) {
        clients.push_back(std::make_unique<RawHttp>(server.port()));
        clients.back()->send(begin);
    }
    while (server.counters().deadlines_passed < clients.size()) {
        for (const auto& client : clients)
            client->try_send("x");
        std::this_thread::sleep_for(std::chrono::milliseconds(50)); // to be slow is the point
    }
    for (const auto& client : clients)
        BOOST_TEST(client->receive().status == 408);
}

BOOST_AUTO_TEST_CASE(a_transfer_below_a_kilobyte_a_second_comes_to_its_end)
{
    const auto now = http::Connection::Clock::now();
    const auto begun = now - seconds(600);
    BOOST_CHECK(http::deadline_of_transfer(now, 0, seconds(30)) >= now + seconds(30));
    BOOST_CHECK(http::deadline_of_transfer(begun, 500 * 1024, seconds(30)) < now);
    BOOST_CHECK(http::deadline_of_transfer(begun, 580 * 1024, seconds(30)) == begun + seconds(610));
    BOOST_CHECK(http::deadline_of_transfer(begun, 10'000 * 1024, seconds(30)) >= now + seconds(30));
}

BOOST_AUTO_TEST_CASE(a_silent_connection_is_closed_without_a_word)
{
    RunningServer server(routes(), impatient());
    RawHttp fresh(server.port());
    RawHttp used(server.port());
    BOOST_TEST(used.ask(post("Content-Length: 0\r\n")).status == 200);
    BOOST_TEST(fresh.is_closed());
    BOOST_TEST(used.is_closed());
    BOOST_TEST(server.counters().deadlines_passed == 0u);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_cut)
{
    RunningServer server(routes(), impatient());
    RawHttp large_reader(server.port(), 4096), stream_reader(server.port(), 4096);
    large_reader.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    stream_reader.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
    server.wait_until([](const auto& now) { return now.deadlines_passed == 2 && now.connections_open == 0; });
}

BOOST_AUTO_TEST_CASE(connections_over_the_limit_are_turned_away_while_all_are_busy)
{
    http::ServerOptions options;
    options.max_connections = 2;
    RunningServer server(routes(), options);
    {
        RawHttp first(server.port()), second(server.port());
        for (RawHttp* client : {&first, &second}) {
            client->send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
            BOOST_TEST(client->receive_head().status == 200);
        }
        RawHttp third(server.port());
        const auto reply = third.ask(post("Content-Length: 0\r\n"));
        BOOST_TEST(reply.status == 503);
        BOOST_TEST(reply.field("Retry-After") == "1");
        BOOST_TEST(reply.field("Connection") == "close");
        BOOST_TEST(server.counters().connections_open == 2u);
        BOOST_TEST(server.counters().connections_refused == 1u);
    }
    server.wait_until([](const auto& now) { return now.connections_open == 0; });
    BOOST_TEST(RawHttp(server.port()).ask(post("Content-Length: 0\r\n")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
