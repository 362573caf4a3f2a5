#include "server/http/client/client.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/throwaway_ca.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>

namespace asio = boost::asio;
using namespace waybill;
using http::ClientFailure;
using http::ClientResponse;
using http::ClientResult;
using http::Request;
using http::Response;
using test::RawHttp;
using test::RunningServer;

namespace
{

asio::awaitable<Response> echo(Request request)
{
    Response response;
    response.body = std::move(request.body);
    co_return response;
}

struct TlsServer
{
    TlsServer()
    {
        const std::string directory = files.path().string();
        server_options.tls_certificate_file = directory + "/certificate.pem";
        server_options.tls_key_file = directory + "/key.pem";
        server_options.header_deadline = std::chrono::seconds(1);
        test::write_pem(ca.issue("IP:127.0.0.1"), server_options.tls_certificate_file, server_options.tls_key_file);
        http::Router router;
        router.add({"POST", "/echo", http::BodyKind::text, 4 << 20, echo});
        server.emplace(std::move(router), server_options);
        http::ClientOptions options;
        options.ca_file = ca.file();
        client.emplace(loop.get_executor(), "https://127.0.0.1:" + std::to_string(server->port()), options);
    }

    ~TlsServer() { client->close(); }

    std::string echoed(const std::string& body, std::vector<http::Header> headers = {})
    {
        ClientResult result = test::run(loop, client->send({"POST", "/echo", std::move(headers), body}));
        if (const auto* failure = std::get_if<ClientFailure>(&result)) BOOST_FAIL(failure->reason);
        return std::get<ClientResponse>(std::move(result)).body;
    }

    test::ThrowawayCa ca;
    test::TestDirectory files;
    http::ServerOptions server_options;
    std::optional<RunningServer> server;
    asio::io_context loop;
    std::optional<http::Client> client;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_server_tls, TlsServer)

BOOST_AUTO_TEST_CASE(requests_of_any_size_are_answered_on_one_connection)
{
    const std::string large(1 << 20, 'x');
    BOOST_TEST(echoed("small") == "small");
    BOOST_TEST((echoed(large) == large));
    BOOST_TEST(echoed("small again") == "small again");
    BOOST_TEST(server->counters().connections_accepted == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_that_comes_again_resumes_its_session)
{
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(echoed("hello", {{"Connection", "close"}}) == "hello");
    BOOST_TEST(server->counters().connections_accepted == 4U);
    BOOST_TEST(server->counters().tls_sessions_resumed == 3U);
}

BOOST_AUTO_TEST_CASE(who_speaks_no_tls_or_nothing_at_all_is_cut_off)
{
    RawHttp plain(server->port()), silent(server->port());
    plain.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(plain.receive_rest().find("HTTP/1.1") == std::string::npos);
    BOOST_TEST(silent.is_closed());
    BOOST_TEST(server->counters().requests == 0U);
    BOOST_TEST(echoed("hello") == "hello");
}

BOOST_AUTO_TEST_CASE(a_connection_that_does_not_shake_hands_makes_room_for_another)
{
    server_options.max_connections = 3;
    server_options.header_deadline = std::chrono::seconds(60);
    RunningServer full({}, server_options);
    std::deque<RawHttp> silent;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        silent.emplace_back(full.port());
        full.wait_until([i](const auto& now) { return now.connections_accepted + now.connections_refused == i; });
    }
    BOOST_TEST(silent[0].is_closed());
    BOOST_TEST(full.counters().connections_refused == 0U);
}

BOOST_AUTO_TEST_CASE(a_certificate_or_key_that_cannot_be_read_is_named)
{
    for (std::string http::ServerOptions::*file :
         {&http::ServerOptions::tls_certificate_file, &http::ServerOptions::tls_key_file}) {
        http::ServerOptions options = server_options;
        options.*file = "/no/such/file.pem";
        BOOST_CHECK_EXCEPTION(RunningServer({}, options), std::runtime_error, [](const auto& fault) {
            return std::string(fault.what()).find("/no/such/file.pem") != std::string::npos;
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
