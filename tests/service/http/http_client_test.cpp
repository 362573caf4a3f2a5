#include "tests/service/http/http_client_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace waybill;
using namespace waybill::test;

BOOST_FIXTURE_TEST_SUITE(http_client, OneClient)

BOOST_AUTO_TEST_CASE(a_request_is_written_as_http_with_host_and_length)
{
    std::promise<std::string> seen;
    ScriptedPeer peer([&](PeerConnection& connection, int) {
        seen.set_value(connection.read_request());
        connection.write(ok);
    });
    const auto client = make_client(peer.origin());
    request = {"POST", "/messages", {{"Accept", "application/json"}}, "To=%2B1"};
    const auto got = response(*client);
    BOOST_TEST(got.status == 200);
    BOOST_TEST(got.body == "ok");
    BOOST_TEST(got.headers.value_or_empty("content-length") == "2");
    BOOST_TEST(seen.get_future().get() == "POST /messages HTTP/1.1\r\nHost: " + peer.origin().substr(7) +
                                              "\r\nAccept: application/json\r\nContent-Length: 7\r\n\r\nTo=%2B1");
}

BOOST_AUTO_TEST_CASE(a_post_without_a_body_says_so)
{
    std::promise<std::string> seen;
    ScriptedPeer peer([&](PeerConnection& connection, int) {
        seen.set_value(connection.read_request());
        connection.write(ok);
    });
    const auto client = make_client(peer.origin());
    request.method = "POST";
    response(*client);
    BOOST_TEST(seen.get_future().get().find("Content-Length: 0\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_that_would_smuggle_a_header_is_never_sent)
{
    ScriptedPeer peer(always(std::string(ok)));
    const auto client = make_client(peer.origin());
    const http::ClientRequest bad[] = {
        {"GET", "/a b", {}, ""},
        {"GET", "/a\r\nX: y", {}, ""},
        {"GET", "", {}, ""},
        {"GET", "a", {}, ""},
        {"G T", "/", {}, ""},
        {"GET", "/", {{"A", "b\r\nX: y"}}, ""},
        {"GET", "/", {{"A:", "b"}}, ""},
        {"GET", "/", {{"A b", "c"}}, ""},
    };
    for (const auto& each : bad) {
        request = each;
        const auto got = failure(*client);
        BOOST_TEST(!got.request_sent);
        BOOST_CHECK(got.failed_at == http::FailedAt::request);
    }
    BOOST_TEST(peer.connections() == 0);
}

BOOST_AUTO_TEST_CASE(every_framing_of_a_body_is_read_and_only_complete_ones_keep_the_connection)
{
    const struct
    {
        std::string method, answer, body;
        bool kept;
    } cases[] = {
        {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour", "four", true},
        {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4;x=y\r\nfour\r\n0\r\n\r\n",
         "onefour", true},
        {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nTrailer: t\r\n\r\n", "a", true},
        {"GET", "HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end", false},
        {"GET", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold", "old", false},
        {"GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nold", "old", true},
        {"GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nend", "end", false},
        {"GET", "HTTP/1.1 204 No Content\r\n\r\n", "", true},
        {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", "", true},
        {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "", true},
        {"GET",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
         "2\r\n\r\nok",
         "ok", true},
        {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", "ok", false},
    };
    for (const auto& each : cases) {
        const bool ends = each.answer.find("until") != std::string::npos;
        ScriptedPeer peer(ends ? once(each.answer) : always(each.answer));
        const auto client = make_client(peer.origin());
        request.method = each.method;
        BOOST_TEST(response(*client).body == each.body);
        BOOST_TEST(client->open_connections() == (each.kept ? 1U : 0U), each.answer);
        BOOST_TEST(response(*client).body == each.body);
        BOOST_TEST(peer.connections() == (each.kept ? 1 : 2), each.answer);
    }
}

BOOST_AUTO_TEST_CASE(a_response_in_small_pieces_is_put_together)
{
    ScriptedPeer peer([](PeerConnection& connection, int) {
        connection.read_request();
        const std::string answer =
            "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        for (char c : answer)
            connection.write({&c, 1});
        connection.wait_until_closed();
    });
    const auto client = make_client(peer.origin());
    const auto got = response(*client);
    BOOST_TEST(got.body == "hello");
    BOOST_TEST(got.headers.value_or_empty("a") == "b");
}

BOOST_AUTO_TEST_CASE(an_exchange_that_is_cut_counts_as_sent_wherever_it_is_cut)
{
    const std::string answers[] = {
        "",
        "HT",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    };
    for (const auto& answer : answers) {
        for (const bool hard : {false, true}) {
            ScriptedPeer peer([&](PeerConnection& connection, int) {
                connection.read_request();
                connection.write(answer);
                if (hard) connection.reset();
            });
            const auto client = make_client(peer.origin());
            const auto got = failure(*client);
            BOOST_TEST(got.request_sent, answer);
            BOOST_TEST(!got.reason.empty());
            BOOST_TEST(client->open_connections() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_http_or_too_much_of_it_is_a_failure)
{
    options.max_response_bytes = 1000;
    const std::string large(1001, 'x');
    const std::string answers[] = {
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 2xx OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + large,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + large,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\n\r\n" + large,
        "HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x'),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(200'000, 'x'),
    };
    for (const auto& answer : answers) {
        ScriptedPeer peer(once(answer));
        const auto client = make_client(peer.origin());
        const auto got = failure(*client);
        BOOST_TEST(got.request_sent);
        BOOST_TEST(client->open_connections() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_response_may_be_as_large_as_allowed)
{
    options.max_response_bytes = 1'000'000;
    const std::string body(1'000'000, 'x');
    ScriptedPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + body));
    const auto client = make_client(peer.origin());
    BOOST_TEST(response(*client).body.size() == body.size());
    BOOST_TEST(response(*client).body.size() == body.size());
    BOOST_TEST(peer.connections() == 1);
}

BOOST_AUTO_TEST_CASE(an_ipv6_origin_is_reached)
{
    std::unique_ptr<ScriptedPeer> peer;
    try {
        peer = std::make_unique<ScriptedPeer>(always(std::string(ok)), std::nullopt, "::1");
    }
    catch (const std::runtime_error&) {
        BOOST_TEST_MESSAGE("this machine has no IPv6 loopback");
        return;
    }
    const auto client = make_client(peer->origin("[::1]"));
    BOOST_TEST(response(*client).status == 200);
}

BOOST_AUTO_TEST_CASE(a_name_is_resolved_and_every_address_tried)
{
    ScriptedPeer peer(always(std::string(ok)));
    const auto client = make_client(peer.origin("localhost"));
    BOOST_TEST(response(*client).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
