#include "server/http/client/client.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/run_all.hpp"
#include "tests/support/scripted_peer.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>

namespace asio = boost::asio;
using namespace waybill;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using http::ClientFailure;
using http::ClientResult;
using test::PeerConnection;
using test::ScriptedPeer;

namespace
{

constexpr auto wait = [](PeerConnection& connection, int) { connection.wait_until_closed(); };

struct Impatient
{
    Impatient()
    {
        options.connect_deadline = 100ms;
        options.write_deadline = 100ms;
        options.read_deadline = 100ms;
    }

    ClientFailure failure(const std::string& origin)
    {
        http::Client client(loop.get_executor(), origin, options);
        auto result = test::run(loop, client.send(request));
        if (!std::holds_alternative<ClientFailure>(result)) BOOST_FAIL("a response");
        BOOST_TEST(client.open_connections() == 0U);
        return std::get<ClientFailure>(std::move(result));
    }

    http::ClientRequest request;
    http::ClientOptions options;
    asio::io_context loop;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_client_deadlines, Impatient)

BOOST_AUTO_TEST_CASE(a_name_that_does_not_exist_fails_before_anything_is_sent)
{
    request.target = "/";
    const auto got = failure("http://" + std::string(70, 'a')); // longer than any name can be: no name server is asked
    BOOST_TEST(!got.request_sent);
    BOOST_CHECK(got.failed_at == http::FailedAt::lookup);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_fails_before_anything_is_sent)
{
    request.target = "/";
    tcp::acceptor closed_soon(loop, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    const auto origin = "http://127.0.0.1:" + std::to_string(closed_soon.local_endpoint().port());
    closed_soon.close();
    const auto got = failure(origin);
    BOOST_TEST(!got.request_sent);
    BOOST_TEST(got.reason.find("refused") != std::string::npos);
    BOOST_CHECK(got.failed_at == http::FailedAt::connect);
}

BOOST_AUTO_TEST_CASE(a_host_that_swallows_packets_is_given_up)
{
    request.target = "/";
    // A full queue of connections that are never accepted: the kernel drops further attempts.
    tcp::acceptor deaf(loop, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    deaf.listen(0);
    std::vector<tcp::socket> fill;
    for (int i = 0; i < 4; ++i) {
        fill.emplace_back(loop).open(tcp::v4());
        fill.back().native_non_blocking(true);
        const auto to = deaf.local_endpoint();
        ::connect(fill.back().native_handle(), to.data(), static_cast<socklen_t>(to.size()));
    }
    const auto got = failure("http://127.0.0.1:" + std::to_string(deaf.local_endpoint().port()));
    BOOST_TEST(!got.request_sent);
    BOOST_TEST(got.reason.find("not made within 100 ms") != std::string::npos, got.reason);
    BOOST_CHECK(got.failed_at == http::FailedAt::connect);
}

BOOST_AUTO_TEST_CASE(a_tls_handshake_that_hangs_is_given_up)
{
    request.target = "/";
    ScriptedPeer peer(wait);
    const auto got = failure("https" + peer.origin().substr(4));
    BOOST_TEST(!got.request_sent);
    BOOST_TEST(got.reason.find("not made within 100 ms") != std::string::npos, got.reason);
    BOOST_CHECK(got.failed_at == http::FailedAt::handshake);
}

BOOST_AUTO_TEST_CASE(a_peer_that_takes_nothing_is_given_up)
{
    request.target = "/";
    request.body = std::string(32U << 20, 'x');
    std::promise<void> given_up;
    ScriptedPeer peer([&](PeerConnection&, int) { given_up.get_future().wait(); });
    const auto got = failure(peer.origin());
    given_up.set_value();
    BOOST_TEST(got.request_sent);
    BOOST_TEST(got.reason.find("not accepted within 100 ms") != std::string::npos, got.reason);
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_answers_is_given_up)
{
    request.target = "/";
    ScriptedPeer peer(wait);
    const auto got = failure(peer.origin());
    BOOST_TEST(got.request_sent);
    BOOST_TEST(got.reason.find("within 100 ms") != std::string::npos, got.reason);
}

BOOST_AUTO_TEST_CASE(a_peer_that_answers_bit_by_bit_is_given_up)
{
    request.target = "/";
    ScriptedPeer peer([](PeerConnection& connection, int) {
        connection.read_request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        for (int i = 0; i < 40; ++i) {
            connection.write("x");
            std::this_thread::sleep_for(10ms);
        }
    });
    const auto got = failure(peer.origin());
    BOOST_TEST(got.request_sent);
    BOOST_TEST(got.reason.find("no complete response within 100 ms") != std::string::npos, got.reason);
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_has_a_deadline_too)
{
    request.target = "/";
    options.max_connections = 1;
    options.read_deadline = 400ms;
    ScriptedPeer peer(wait);
    http::Client client(loop.get_executor(), peer.origin(), options);
    std::vector<asio::awaitable<ClientResult>> works;
    works.push_back(client.send(request));
    works.push_back(client.send(request));
    const auto results = test::run_all(loop, std::move(works));
    BOOST_TEST(std::get<ClientFailure>(results[0]).request_sent);
    BOOST_TEST(!std::get<ClientFailure>(results[1]).request_sent);
    BOOST_CHECK(std::get<ClientFailure>(results[1]).failed_at == http::FailedAt::queue);
    BOOST_TEST(client.open_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_loop_may_end_in_the_middle_of_everything)
{
    request.target = "/";
    options.max_connections = 2;
    ScriptedPeer peer(wait);
    auto short_lived = std::make_unique<asio::io_context>();
    http::Client client(short_lived->get_executor(), peer.origin(), options);
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(*short_lived, client.send(request), [](std::exception_ptr, ClientResult) {});
    short_lived->run_for(20ms); // two wait for their answers, three for a connection
    BOOST_TEST(client.open_connections() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
