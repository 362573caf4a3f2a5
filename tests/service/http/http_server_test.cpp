#include "config/log.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <mutex>

using namespace waybill;
using http::BodyKind;
using http::Request;
using http::Response;
using test::RawHttp;
using test::RunningServer;

namespace
{

http::asio::awaitable<Response> echo(Request request)
{
    Response reply = http::json_response(200, request.method + " " + request.target + " " + request.body);
    reply.headers.emplace_back("X-Id", request.path_values.empty() ? "" : request.path_values.begin()->second);
    reply.headers.emplace_back("X-Peer", request.connection->peer_address);
    reply.headers.emplace_back("X-Trailer", request.headers.value_or_empty("Late"));
    co_return reply;
}

http::asio::awaitable<Response> fail(Request)
{
    throw std::runtime_error("the database said: relation does not exist");
    co_return Response{};
}

http::asio::awaitable<Response> no_content(Request)
{
    Response reply;
    reply.status = 204;
    co_return reply;
}

http::asio::awaitable<void> count_to_three(http::BodyWriter& body)
{
    co_await body.write("one ");
    co_await body.write("");
    co_await body.write("two ");
    co_await body.write("three");
}

http::asio::awaitable<void> break_off(http::BodyWriter& body)
{
    co_await body.write("one ");
    throw std::runtime_error("the cursor broke");
}

http::asio::awaitable<Response> stream(Request request)
{
    Response reply;
    reply.headers.emplace_back("Content-Type", "text/csv");
    reply.stream = request.query() == "broken" ? break_off : count_to_three;
    co_return reply;
}

http::Router routes()
{
    http::Router router;
    router.add({"GET", "/echo", BodyKind::none, 1024, echo});
    router.add({"POST", "/echo", BodyKind::text, 1024, echo});
    router.add({"POST", "/echo/{id}", BodyKind::text, 1024, echo});
    router.add({"GET", "/fail", BodyKind::none, 1024, fail});
    router.add({"POST", "/empty", BodyKind::text, 1024, no_content});
    router.add({"GET", "/stream", BodyKind::none, 1024, stream});
    return router;
}

class LogLines
{
public:
    LogLines()
    {
        previous_ = config::set_log_sink([this](config::LogLevel, std::string_view line) {
            const std::lock_guard lock(mutex_);
            text_ += std::string(line) + "\n";
        });
    }
    ~LogLines() { config::set_log_sink(previous_); }
    std::string text()
    {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::string text_;
    config::LogSink previous_;
};

struct Service
{
    LogLines log; // outlives the server
    RunningServer server{routes()};
    RawHttp client{server.port()};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_server, Service)

BOOST_AUTO_TEST_CASE(a_connection_serves_request_after_request)
{
    for (int round = 0; round < 3; ++round) {
        const auto reply = client.ask("POST /echo/a%20b?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        BOOST_TEST(reply.status == 200);
        BOOST_TEST(reply.body == "POST /echo/a%20b?x=1 hi");
        BOOST_TEST(reply.field("Content-Length") == "23");
        BOOST_TEST(reply.field("Connection") == "");
        BOOST_TEST(reply.field("Date").ends_with(" GMT"));
        BOOST_TEST(reply.field("X-Id") == "a b");
        BOOST_TEST(reply.field("X-Peer") == "127.0.0.1");
    }
    const auto counters = server.counters();
    BOOST_TEST(counters.connections_accepted == 1u);
    BOOST_TEST(counters.connections_open == 1u);
    BOOST_TEST(counters.requests == 3u);
    BOOST_TEST(counters.responses_by_class[2] == 3u);
}

BOOST_AUTO_TEST_CASE(connection_close_is_honoured)
{
    const auto reply = client.ask("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Connection") == "close");
    BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(an_http_1_0_client_is_told_that_the_connection_closes_unless_it_asks_otherwise)
{
    const auto kept = client.ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    BOOST_TEST(kept.field("Connection") == "keep-alive");
    const auto closed = client.ask("GET /echo HTTP/1.0\r\n\r\n");
    BOOST_TEST(closed.field("Connection") == "close");
    BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order)
{
    std::string requests;
    for (int number = 0; number < 500; ++number)
        requests +=
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n" + std::to_string(100 + number) + "\r\n";
    client.send(requests);
    for (int number = 0; number < 500; ++number)
        BOOST_REQUIRE(client.receive().body == "POST /echo " + std::to_string(100 + number));
}

BOOST_AUTO_TEST_CASE(requests_may_come_byte_by_byte)
{
    const std::string requests = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                                 "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nLate: yes\r\n\r\n"
                                 "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (const char byte : requests)
        client.send({&byte, 1});
    BOOST_TEST(client.receive().body == "POST /echo hello");
    const auto chunked = client.receive();
    BOOST_TEST(chunked.body == "POST /echo hello");
    BOOST_TEST(chunked.field("X-Trailer") == "");
    BOOST_TEST(client.receive().body == "POST /echo ");
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_100_continue_gets_it)
{
    const std::string head = "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    BOOST_TEST(client.ask(head).status == 100);
    BOOST_TEST(client.ask("hi").body == "POST /echo hi");
    BOOST_TEST(client.ask(head + "ho").body == "POST /echo ho"); // the body was there: nothing to wait for
}

BOOST_AUTO_TEST_CASE(a_body_that_would_be_refused_is_not_asked_for)
{
    const std::string rest = " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n";
    BOOST_TEST(client.ask("POST /echo" + rest).status == 413);
    BOOST_TEST(RawHttp(server.port()).ask("POST /nowhere" + rest).status == 404);
}

BOOST_AUTO_TEST_CASE(head_is_answered_like_get_without_a_body)
{
    client.send("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto reply = client.receive(false);
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Content-Length") == "11");
    client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n");
    BOOST_TEST(client.receive(false).field("Transfer-Encoding") == "chunked");
    BOOST_TEST(client.ask("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(a_reply_without_content_has_no_length)
{
    const auto reply = client.ask("POST /empty HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(reply.status == 204);
    BOOST_TEST(reply.field("Content-Length") == "");
    BOOST_TEST(client.ask("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_are_told_in_json_and_the_connection_stays)
{
    const auto unknown = client.ask("POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    BOOST_TEST(unknown.status == 404);
    BOOST_TEST(unknown.body.starts_with(R"({"error":")"));
    const auto wrong = client.ask("DELETE /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    BOOST_TEST(wrong.status == 405);
    BOOST_TEST(wrong.field("Allow") == "GET, HEAD, OPTIONS, POST");
    BOOST_TEST(client.ask("OPTIONS /echo HTTP/1.1\r\nHost: h\r\n\r\n").status == 204);
    BOOST_TEST(client.ask("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_gives_a_500_without_details_and_a_log_line)
{
    const auto reply = client.ask("GET /fail HTTP/1.1\r\nHost: h\r\n\r\n");
    BOOST_TEST(reply.status == 500);
    BOOST_TEST(reply.body.find("relation") == std::string::npos);
    const std::string logged = log.text();
    const auto begin = logged.find("http.handler_failed method=GET route=/fail ");
    BOOST_REQUIRE(begin != std::string::npos);
    BOOST_TEST(logged.find("reason=\"the database said", begin) != std::string::npos);
    BOOST_TEST(logged.find("request=" + std::string(reply.field("X-Request-Id")), begin) != std::string::npos);
    BOOST_TEST(client.ask("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(a_streamed_reply_is_chunked)
{
    const auto reply = client.ask("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
    BOOST_TEST(reply.field("Transfer-Encoding") == "chunked");
    BOOST_TEST(reply.field("Content-Length") == "");
    BOOST_TEST(reply.body == "one two three");
    BOOST_TEST(client.ask("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(a_streamed_reply_to_an_http_1_0_client_ends_with_the_connection)
{
    const auto reply = client.ask("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    BOOST_TEST(reply.field("Transfer-Encoding") == "");
    BOOST_TEST(reply.field("Connection") == "close");
    BOOST_TEST(reply.body == "one two three");
}

BOOST_AUTO_TEST_CASE(a_stream_that_breaks_is_cut_without_its_end_and_logged)
{
    client.send("GET /stream?broken HTTP/1.1\r\nHost: h\r\n\r\n");
    BOOST_TEST(client.receive_rest().ends_with("4\r\none \r\n"));
    BOOST_TEST(log.text().find("http.stream_failed reason=\"the cursor broke\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_peer_that_hangs_up_is_no_error)
{
    for (const char* part :
         {"", "GET /ec", "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n", "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhi"}) {
        RawHttp leaving(server.port());
        leaving.send(part);
    }
    server.wait_until([](const auto& now) { return now.connections_accepted == 6 && now.connections_open == 1; });
    BOOST_TEST(log.text() == "");
}

BOOST_AUTO_TEST_SUITE_END()
