#include "tests/service/http/http_client_fixture.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <stdexcept>
#include <vector>

namespace asio = boost::asio;
using namespace waybill;
using namespace std::chrono_literals;
using test::PeerConnection;
using test::ScriptedPeer;

namespace
{

// A client whose peer reads requests and never answers.
struct Abandoned : test::OneClient
{
    std::atomic<int> requests{0};
    ScriptedPeer::Script silence = [this](PeerConnection& connection, int) {
        if (!connection.read_request().empty()) ++requests;
        connection.wait_until_closed();
    };

    std::future<http::ClientResult> begin(http::Client& client)
    {
        return asio::co_spawn(loop, client.send(request), asio::use_future);
    }

    void run_until(const std::function<bool()>& condition)
    {
        loop.restart();
        const auto deadline = std::chrono::steady_clock::now() + 1min;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("it did not happen in a minute");
            loop.run_one_for(10ms);
        }
    }

    http::ClientFailure failure_of(std::future<http::ClientResult>& result)
    {
        run_until([&] { return result.wait_for(0s) == std::future_status::ready; });
        auto ended = result.get();
        if (!std::holds_alternative<http::ClientFailure>(ended)) BOOST_FAIL("a response");
        return std::get<http::ClientFailure>(std::move(ended));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_client_abort, Abandoned)

BOOST_AUTO_TEST_CASE(an_exchange_under_way_fails_and_its_request_may_have_arrived)
{
    ScriptedPeer peer(silence);
    const auto client = make_client(peer.origin());
    auto exchange = begin(*client);
    run_until([&] { return requests == 1; });
    client->abort();
    const http::ClientFailure failure = failure_of(exchange);
    BOOST_TEST(failure.request_sent);
    BOOST_CHECK(failure.failed_at == http::FailedAt::exchange);
    BOOST_TEST(failure.reason.find("broke before the response") != std::string::npos, failure.reason);
    BOOST_TEST(client->open_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(requests_that_wait_for_a_connection_fail_unsent)
{
    options.max_connections = 1;
    ScriptedPeer peer(silence);
    const auto client = make_client(peer.origin());
    auto exchange = begin(*client), second = begin(*client), third = begin(*client);
    run_until([&] { return requests == 1; });
    client->abort();
    BOOST_TEST(failure_of(exchange).request_sent);
    for (auto* waiting : {&second, &third}) {
        const http::ClientFailure failure = failure_of(*waiting);
        BOOST_TEST(!failure.request_sent);
        BOOST_CHECK(failure.failed_at == http::FailedAt::queue);
    }
    BOOST_TEST(peer.connections() == 1);
}

BOOST_AUTO_TEST_CASE(a_handshake_under_way_fails_before_anything_is_sent)
{
    ScriptedPeer peer([](PeerConnection& connection, int) { connection.wait_until_closed(); });
    const auto client = make_client("https" + peer.origin().substr(4));
    auto exchange = begin(*client);
    run_until([&] { return peer.connections() == 1; });
    client->abort();
    const http::ClientFailure failure = failure_of(exchange);
    BOOST_TEST(!failure.request_sent);
    BOOST_TEST(failure.reason.find("not made within") == std::string::npos, failure.reason);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_after_it_and_no_idle_connection_remains)
{
    ScriptedPeer peer(test::always(std::string(test::ok)));
    const auto client = make_client(peer.origin());
    BOOST_TEST(response(*client).status == 200);
    client->abort();
    BOOST_TEST(client->open_connections() == 0U);
    BOOST_TEST(!failure(*client).request_sent);
    BOOST_TEST(peer.connections() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
