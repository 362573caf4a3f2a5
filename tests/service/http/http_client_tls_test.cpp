#include "server/http/client/client.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/scripted_peer.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <future>

namespace asio = boost::asio;
using namespace waybill;
using http::ClientFailure;
using http::ClientResponse;
using http::ClientResult;
using test::PeerConnection;
using test::PeerTls;
using test::ScriptedPeer;

namespace
{

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

void answer_always(PeerConnection& connection, int)
{
    while (!connection.read_request().empty())
        connection.write(ok);
}

void answer_and_close(PeerConnection& connection, int)
{
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    connection.wait_until_closed();
}

struct Trusting
{
    Trusting() { options.ca_file = ca.file(); }

    PeerTls certificate(const std::string& names, int max_version = 0) { return {ca.issue(names), max_version}; }

    ClientResult send(const std::string& origin)
    {
        http::Client client(loop.get_executor(), origin, options);
        return test::run(loop, client.send(request));
    }

    void refused(const std::string& origin, std::string_view why)
    {
        const auto result = send(origin);
        const auto* failure = std::get_if<ClientFailure>(&result);
        BOOST_REQUIRE(failure);
        BOOST_TEST(!failure->request_sent);
        BOOST_CHECK(failure->failed_at == http::FailedAt::handshake);
        BOOST_TEST(failure->reason.find(why) != std::string::npos, failure->reason);
    }

    test::ThrowawayCa ca;
    http::ClientRequest request{"GET", "/", {}, ""};
    http::ClientOptions options;
    asio::io_context loop;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_client_tls, Trusting)

BOOST_AUTO_TEST_CASE(a_trusted_host_is_spoken_to_on_a_kept_connection)
{
    ScriptedPeer peer(answer_always, certificate("DNS:localhost"));
    http::Client client(loop.get_executor(), peer.origin("localhost"), options);
    for (int i = 0; i < 3; ++i) {
        const auto result = test::run(loop, client.send(request));
        BOOST_REQUIRE(std::holds_alternative<ClientResponse>(result));
        BOOST_TEST(std::get<ClientResponse>(result).body == "ok");
    }
    BOOST_TEST(peer.connections() == 1);
    BOOST_TEST(peer.server_names() == std::vector<std::string>{"localhost"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_address_in_the_certificate_counts_as_a_name)
{
    ScriptedPeer peer(answer_always, certificate("IP:127.0.0.1"));
    BOOST_TEST(std::holds_alternative<ClientResponse>(send(peer.origin())));
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused)
{
    ScriptedPeer peer(answer_always, certificate("DNS:api.twilio.com,IP:127.0.0.2"));
    refused(peer.origin("localhost"), "hostname mismatch");
    refused(peer.origin(), "IP address mismatch");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_has_expired_is_refused)
{
    ScriptedPeer peer(answer_always, PeerTls{ca.issue("DNS:localhost", -60)});
    refused(peer.origin("localhost"), "expired");
}

BOOST_AUTO_TEST_CASE(an_authority_that_nobody_trusts_is_refused)
{
    ScriptedPeer peer(answer_always, certificate("DNS:localhost"));
    const test::ThrowawayCa another;
    options.ca_file = another.file();
    refused(peer.origin("localhost"), "issuer certificate");
    options.ca_file.clear();
    refused(peer.origin("localhost"), "issuer certificate");
}

BOOST_AUTO_TEST_CASE(an_unreadable_file_of_trusted_certificates_is_told_at_once)
{
    options.ca_file = "/no/such/file.pem";
    BOOST_CHECK_EXCEPTION(
        http::Client(loop.get_executor(), "https://localhost", options), std::runtime_error,
        [](const auto& fault) { return std::string(fault.what()).find("/no/such/file.pem") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(tls_older_than_1_2_is_refused)
{
    ScriptedPeer peer(answer_always, certificate("DNS:localhost", TLS1_1_VERSION));
    refused(peer.origin("localhost"), "");
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_no_tls_is_refused)
{
    ScriptedPeer peer([](PeerConnection& connection, int) { connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    refused("https" + peer.origin("localhost").substr(4), "");
}

BOOST_AUTO_TEST_CASE(a_later_connection_resumes_the_session)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        ScriptedPeer peer(answer_and_close, certificate("DNS:localhost", version));
        http::Client client(loop.get_executor(), peer.origin("localhost"), options);
        for (int i = 0; i < 4; ++i)
            BOOST_REQUIRE(std::holds_alternative<ClientResponse>(test::run(loop, client.send(request))));
        BOOST_TEST(peer.connections() == 4);
        BOOST_TEST(peer.resumed_sessions() == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_session_survives_a_connection_that_broke)
{
    ScriptedPeer peer(
        [](PeerConnection& connection, int number) {
            connection.read_request();
            connection.write(ok);
            if (number > 1) return connection.wait_until_closed();
            connection.read_request();
            connection.reset();
        },
        certificate("DNS:localhost"));
    http::Client client(loop.get_executor(), peer.origin("localhost"), options);
    BOOST_TEST(std::holds_alternative<ClientResponse>(test::run(loop, client.send(request))));
    const auto broken = test::run(loop, client.send(request));
    BOOST_REQUIRE(std::holds_alternative<ClientFailure>(broken));
    BOOST_TEST(std::get<ClientFailure>(broken).request_sent);
    BOOST_TEST(std::holds_alternative<ClientResponse>(test::run(loop, client.send(request))));
    BOOST_TEST(peer.resumed_sessions() == 1);
}

BOOST_AUTO_TEST_CASE(a_farewell_on_an_idle_connection_is_noticed)
{
    std::promise<void> said;
    ScriptedPeer peer(
        [&](PeerConnection& connection, int number) {
            connection.read_request();
            connection.write(ok);
            if (number == 1) {
                connection.say_farewell();
                said.set_value();
            }
            connection.wait_until_closed();
        },
        certificate("DNS:localhost"));
    http::Client client(loop.get_executor(), peer.origin("localhost"), options);
    BOOST_TEST(std::holds_alternative<ClientResponse>(test::run(loop, client.send(request))));
    said.get_future().wait();
    BOOST_TEST(std::holds_alternative<ClientResponse>(test::run(loop, client.send(request))));
    BOOST_TEST(peer.connections() == 2);
}

BOOST_AUTO_TEST_CASE(a_body_until_the_end_needs_a_farewell)
{
    for (const bool polite : {true, false}) {
        ScriptedPeer peer(
            [polite](PeerConnection& connection, int) {
                connection.read_request();
                connection.write("HTTP/1.1 200 OK\r\n\r\nwhole?");
                if (polite) connection.say_farewell();
            },
            certificate("DNS:localhost"));
        BOOST_TEST(std::holds_alternative<ClientResponse>(send(peer.origin("localhost"))) == polite);
    }
}

BOOST_AUTO_TEST_CASE(large_bodies_pass_in_both_directions)
{
    const std::string large(1U << 20, 'x');
    ScriptedPeer peer(
        [&](PeerConnection& connection, int) {
            const auto request = connection.read_request();
            const auto body = request.substr(request.find("\r\n\r\n") + 4);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
            connection.wait_until_closed();
        },
        certificate("DNS:localhost"));
    request = {"POST", "/", {}, large};
    const auto result = send(peer.origin("localhost"));
    BOOST_REQUIRE(std::holds_alternative<ClientResponse>(result));
    BOOST_TEST((std::get<ClientResponse>(result).body == large));
}

BOOST_AUTO_TEST_SUITE_END()
