#include "tests/service/http/http_client_fixture.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace waybill;
using namespace waybill::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(http_client_pool, OneClient)

BOOST_AUTO_TEST_CASE(a_connection_that_the_peer_closed_meanwhile_is_not_used)
{
    std::promise<void> closed;
    ScriptedPeer peer([&](PeerConnection& connection, int number) {
        connection.read_request();
        connection.write(ok);
        if (number > 1) return connection.wait_until_closed();
        connection.close();
        closed.set_value();
    });
    const auto client = make_client(peer.origin());
    response(*client);
    closed.get_future().wait();
    BOOST_TEST(response(*client).status == 200);
    BOOST_TEST(peer.connections() == 2);
}

BOOST_AUTO_TEST_CASE(a_connection_on_which_the_peer_spoke_unasked_is_not_used)
{
    std::promise<void> received, spoken;
    ScriptedPeer peer([&](PeerConnection& connection, int number) {
        connection.read_request();
        connection.write(ok);
        if (number == 1) {
            received.get_future().wait();
            connection.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            spoken.set_value();
        }
        connection.wait_until_closed();
    });
    const auto client = make_client(peer.origin());
    response(*client);
    received.set_value();
    spoken.get_future().wait();
    BOOST_TEST(response(*client).status == 200);
    BOOST_TEST(peer.connections() == 2);
}

BOOST_AUTO_TEST_CASE(connections_are_shared_first_come_first_served)
{
    options.max_connections = 1;
    std::string order;
    ScriptedPeer peer([&](PeerConnection& connection, int) {
        for (std::string seen = connection.read_request(); !seen.empty(); seen = connection.read_request()) {
            order += seen[5]; // GET /x
            connection.write(ok);
        }
    });
    const auto client = make_client(peer.origin());
    std::vector<asio::awaitable<ClientResult>> works;
    for (const char* target : {"/a", "/b", "/c", "/d", "/e"}) {
        request.target = target;
        works.push_back(client->send(request));
    }
    for (const auto& result : run_all(loop, std::move(works)))
        BOOST_TEST(std::holds_alternative<ClientResponse>(result));
    BOOST_TEST(order == "abcde");
    BOOST_TEST(peer.connections() == 1);
}

BOOST_AUTO_TEST_CASE(there_are_never_more_connections_than_allowed)
{
    options.max_connections = 3;
    ScriptedPeer peer(always(std::string(ok)));
    const auto client = make_client(peer.origin());
    std::vector<asio::awaitable<ClientResult>> works;
    for (int i = 0; i < 50; ++i)
        works.push_back(client->send(request));
    for (const auto& result : run_all(loop, std::move(works)))
        BOOST_TEST(std::holds_alternative<ClientResponse>(result));
    BOOST_TEST(peer.connections() == 3);
    BOOST_TEST(client->open_connections() == 3U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_after_its_limit)
{
    options.idle_limit = 20ms;
    ScriptedPeer peer(always(std::string(ok)));
    const auto client = make_client(peer.origin());
    response(*client);
    loop.restart();
    loop.run_for(5s); // ends on its own: the limit is the last thing to wait for
    BOOST_TEST(loop.stopped());
    BOOST_TEST(client->open_connections() == 0U);
    response(*client);
    BOOST_TEST(peer.connections() == 2);
}

BOOST_AUTO_TEST_CASE(a_closed_client_keeps_neither_connections_nor_the_loop)
{
    ScriptedPeer peer(always(std::string(ok)));
    const auto client = make_client(peer.origin());
    response(*client);
    client->close();
    BOOST_TEST(client->open_connections() == 0U);
    loop.restart();
    loop.run_for(5s);
    BOOST_TEST(loop.stopped());
    BOOST_TEST(response(*client).status == 200);
    BOOST_TEST(client->open_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_may_go_while_an_exchange_is_under_way)
{
    ScriptedPeer peer(always(std::string(ok)));
    auto client = make_client(peer.origin());
    auto work = client->send(request);
    client.reset();
    BOOST_TEST(std::holds_alternative<ClientResponse>(test::run(loop, std::move(work))));
}

BOOST_AUTO_TEST_SUITE_END()
