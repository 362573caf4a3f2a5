#include "tests/support/credentials.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::RawReply;

namespace
{

// What nginx with `proxy_pass http://127.0.0.1:PORT;` and nothing else makes of a request: HTTP/1.0, its own Host, one
// connection per request, no header that says so.
std::string as_stock_nginx_asks(std::string request, std::uint16_t port)
{
    const std::size_t version = request.find("HTTP/1.1");
    request.replace(version, 8, "HTTP/1.0");
    const std::size_t host = request.find("Host: ");
    request.replace(host, request.find("\r\n", host) - host, "Host: 127.0.0.1:" + std::to_string(port));
    return request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
}

struct Fixture
{
    RawReply ask(const std::string& request) const { return test::RawHttp(port_of_proxy()).ask(request); }
    std::uint16_t port_of_proxy() const
    {
        const std::string origin = proxy.origin();
        return static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1)));
    }
    void pass_on(test::PeerConnection& client) const
    {
        const std::string request = as_stock_nginx_asks(client.read_request(), service.port());
        const RawReply reply = service.ask(request);
        client.write(reply.head + "\r\n\r\n" + reply.body);
        client.close();
    }

    test::TestDatabase database;
    test::Service service{database};
    test::ScriptedPeer proxy{[this](test::PeerConnection& client, int) { pass_on(client); }};
};

std::string from_the_internet(std::string request)
{
    return request.replace(request.find("127.0.0.1"), 9, "texts.example.com");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_proxy_in_front, Fixture)

BOOST_AUTO_TEST_CASE(what_a_stock_nginx_passes_on_is_not_local)
{
    BOOST_TEST(service.get("/api/campaigns").status == 200); // without the proxy
    const RawReply reply = ask(from_the_internet(test::get_request("/api/campaigns")));
    BOOST_TEST(reply.status == 403);
    BOOST_TEST(reply.body.find("Not authenticated") != std::string::npos, reply.body);
    const RawReply sent =
        ask(from_the_internet(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "Hello"}})));
    BOOST_TEST(sent.status == 403);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(a_key_works_behind_a_stock_nginx)
{
    const std::string key = test::add_key(database, "operator");
    test::wait_until_closed(service);
    const std::string request = from_the_internet(test::get_request("/api/campaigns"));
    BOOST_TEST(ask(request).status == 403);
    BOOST_TEST(ask(test::with_token(request, key)).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
