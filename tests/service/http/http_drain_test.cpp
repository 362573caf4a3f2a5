#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill;
using http::Request;
using http::Response;
using std::chrono::seconds;
using test::RawHttp;
using test::RunningServer;
namespace asio = boost::asio;

namespace
{

// A handler that waits until the test opens the gate.
struct Gate
{
    std::promise<void> entered;
    asio::steady_timer* closed = nullptr;

    asio::awaitable<Response> pass(Request)
    {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
        closed = &timer;
        entered.set_value();
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return http::json_response(200, "through");
    }
    void open() { closed->cancel(); }
};

http::Router routes(Gate& gate)
{
    http::Router router;
    router.add(
        {"GET", "/gate", http::BodyKind::none, 0, [&gate](Request request) { return gate.pass(std::move(request)); }});
    return router;
}

const std::string get = "GET /gate HTTP/1.1\r\nHost: h\r\n\r\n";

struct Service
{
    Gate gate;
    RunningServer server{routes(gate)};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_drain, Service)

BOOST_AUTO_TEST_CASE(draining_closes_idle_connections_and_lets_a_running_request_finish)
{
    RawHttp idle(server.port());
    std::optional<RawHttp> busy(std::in_place, server.port());
    busy->send(get + get); // the second one comes too late
    gate.entered.get_future().wait();
    auto drained = server.drain(seconds(10));
    BOOST_TEST(idle.is_closed());
    BOOST_CHECK_THROW(RawHttp late(server.port()), boost::system::system_error);
    BOOST_CHECK(drained.wait_for(seconds(0)) == std::future_status::timeout);
    server.on_loop([this] { gate.open(); });
    const auto reply = busy->receive();
    BOOST_TEST(reply.body == "through");
    BOOST_TEST(reply.field("Connection") == "close");
    BOOST_TEST(busy->is_closed());
    busy.reset();
    drained.get();
    BOOST_TEST(server.counters().connections_open == 0u);
    BOOST_TEST(server.counters().requests == 1u);
}

BOOST_AUTO_TEST_CASE(draining_lets_a_request_that_has_begun_arrive)
{
    RawHttp client(server.port());
    const std::size_t cut = get.size() / 2;
    BOOST_TEST(client.ask("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n" + get.substr(0, cut)).status == 404);
    auto drained = server.drain(seconds(10));
    client.send(get.substr(cut));
    gate.entered.get_future().wait();
    server.on_loop([this] { gate.open(); });
    BOOST_TEST(client.receive().body == "through");
    drained.get();
}

BOOST_AUTO_TEST_CASE(what_outlasts_the_patience_is_cut)
{
    RawHttp stuck(server.port());
    stuck.send(get);
    gate.entered.get_future().wait();
    auto drained = server.drain(seconds(0));
    BOOST_TEST(stuck.is_closed());
    drained.get();
    server.on_loop([this] { gate.open(); });
}

BOOST_AUTO_TEST_CASE(draining_twice_is_harmless)
{
    server.drain(seconds(1)).get();
    server.drain(seconds(1)).get();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_listening)

BOOST_AUTO_TEST_CASE(a_taken_port_is_told_with_the_address)
{
    RunningServer server{http::Router{}};
    http::ServerOptions options;
    options.port = server.port();
    const auto names_the_port = [&](const std::exception& fault) {
        return std::string(fault.what()).find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(RunningServer(http::Router{}, options), boost::system::system_error, names_the_port);
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_away_undrained_closes_its_connections)
{
    asio::io_context io;
    std::optional<http::Server> server(std::in_place, io.get_executor(), http::ServerOptions{});
    server->start(http::Router{});
    RawHttp client(server->port());
    while (server->counters().connections_open == 0)
        io.run_one_for(seconds(10));
    server.reset();
    io.run_for(seconds(10)); // nothing is left that could keep it running
    BOOST_TEST(io.stopped());
    BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_SUITE_END()
