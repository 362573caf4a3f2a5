#include "tests/support/http_requests.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>

using namespace waybill;
using http::Request;
using http::Response;
using std::chrono::seconds;
using test::get_request;
using test::RawHttp;
using test::RunningServer;
namespace asio = boost::asio;

namespace
{

// A stream that says one thing and then waits until it is asked to end.
struct Waiting
{
    std::atomic<int> open = 0;

    asio::awaitable<void> wait(http::BodyWriter& body)
    {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
        bool ended = false;
        body.on_end([&] {
            ended = true;
            timer.cancel();
        });
        co_await body.write("waiting");
        ++open;
        if (!ended) co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        --open;
    }
    asio::awaitable<Response> answer(Request)
    {
        Response reply;
        reply.stream = [this](http::BodyWriter& body) { return wait(body); };
        co_return reply;
    }
};

http::Router routes(Waiting& waiting)
{
    http::Router router;
    router.add({"GET", "/waiting", http::BodyKind::none, 0,
                [&waiting](Request request) { return waiting.answer(std::move(request)); }});
    return router;
}

http::ServerOptions quick()
{
    http::ServerOptions options;
    options.idle_deadline = seconds(1); // so that connections are looked at four times a second
    return options;
}

struct Service
{
    Waiting waiting;
    RunningServer server{routes(waiting), quick()};

    void wait_until_open(int count)
    {
        server.wait_until([&](const auto&) { return waiting.open == count; });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_stream, Service)

BOOST_AUTO_TEST_CASE(a_stream_whose_peer_has_left_is_ended_though_it_writes_nothing)
{
    {
        RawHttp leaving(server.port()), chatty(server.port());
        leaving.send(get_request("/waiting"));
        chatty.send(get_request("/waiting") + get_request("/nowhere")); // what was sent and is not read hides nothing
        wait_until_open(2);
    }
    wait_until_open(0);
    server.wait_until([](const auto& now) { return now.connections_open == 0; });
    BOOST_TEST(server.counters().deadlines_passed == 0U);
}

BOOST_AUTO_TEST_CASE(a_stream_waits_for_as_long_as_its_peer_is_there)
{
    RawHttp client(server.port());
    client.send(get_request("/waiting"));
    BOOST_TEST(client.receive_head().status == 200);
    BOOST_TEST(client.receive_chunk() == "waiting");
    wait_until_open(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500)); // longer than every deadline
    BOOST_TEST(waiting.open == 1);
}

BOOST_AUTO_TEST_CASE(draining_ends_open_streams_at_once)
{
    RawHttp client(server.port());
    client.send(get_request("/waiting"));
    wait_until_open(1);
    auto drained = server.drain(seconds(10));
    BOOST_TEST(client.receive().body == "waiting"); // with its last chunk
    BOOST_TEST(client.is_closed());
    BOOST_CHECK(drained.wait_for(seconds(2)) == std::future_status::ready);
}

BOOST_AUTO_TEST_CASE(a_stream_that_begins_while_the_server_drains_ends_at_once)
{
    RawHttp client(server.port());
    const std::string request = get_request("/waiting");
    BOOST_TEST(client.ask(get_request("/nowhere") + request.substr(0, 20)).status == 404);
    auto drained = server.drain(seconds(10));
    client.send(request.substr(20));
    BOOST_TEST(client.receive().body == "waiting");
    BOOST_CHECK(drained.wait_for(seconds(2)) == std::future_status::ready);
}

BOOST_AUTO_TEST_CASE(what_outlasts_the_patience_of_a_drain_is_ended_as_well)
{
    RawHttp client(server.port());
    client.send(get_request("/waiting"));
    wait_until_open(1);
    server.drain(seconds(0)).get();
    BOOST_TEST(waiting.open == 0);
}

BOOST_AUTO_TEST_CASE(a_head_request_begins_no_stream)
{
    RawHttp client(server.port());
    client.send(get_request("/waiting", "HEAD"));
    BOOST_TEST(client.receive(false).status == 200);
    BOOST_TEST(client.ask(get_request("/nowhere")).status == 404); // on the same connection
    BOOST_TEST(waiting.open == 0);
}

BOOST_AUTO_TEST_SUITE_END()
