#include "server/http/message.hpp"
#include "server/http/server/serving.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace waybill::http;

namespace
{

const TrustedProxies proxies({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});

std::string client(const std::string& peer, const std::vector<std::string>& forwarded_for)
{
    Headers headers;
    for (const std::string& value : forwarded_for)
        headers.add("X-Forwarded-For", value);
    return client_address(proxies, peer, headers);
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_addresses)

BOOST_AUTO_TEST_CASE(a_network_holds_its_addresses_and_no_others)
{
    for (const char* inside : {"127.0.0.1", "10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3", "fd12::1"})
        BOOST_TEST(proxies.contains(inside), inside);
    for (const char* outside : {"127.0.0.2", "11.0.0.0", "9.255.255.255", "fe00::1", "::1", "", "proxy"})
        BOOST_TEST(!proxies.contains(outside), outside);
    BOOST_TEST(TrustedProxies({"0.0.0.0/0"}).contains("8.8.8.8"));
    BOOST_TEST(!TrustedProxies({"0.0.0.0/0"}).contains("fd00::1"));
    for (const char* wrong : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "proxy", "fd00::/129"})
        BOOST_CHECK_THROW(TrustedProxies({wrong}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_client_is_the_first_address_from_the_right_that_is_no_proxy)
{
    BOOST_TEST(client("127.0.0.1", {"203.0.113.7"}) == "203.0.113.7");
    BOOST_TEST(client("127.0.0.1", {"1.1.1.1, 203.0.113.7, 10.0.0.3"}) == "203.0.113.7");
    BOOST_TEST(client("127.0.0.1", {"1.1.1.1", "203.0.113.7", "10.0.0.3"}) == "203.0.113.7");
    BOOST_TEST(client("10.0.0.9", {"[2001:db8::7]:443"}) == "2001:db8::7");
    BOOST_TEST(client("10.0.0.9", {"203.0.113.7:4711"}) == "203.0.113.7");
    BOOST_TEST(client("127.0.0.1", {"10.0.0.1, 10.0.0.2"}) == "10.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_stranger_names_no_other_address_and_what_is_no_address_names_none)
{
    BOOST_TEST(client("203.0.113.7", {"1.1.1.1"}) == "203.0.113.7");
    BOOST_TEST(client("127.0.0.1", {}) == "127.0.0.1");
    BOOST_TEST(client("127.0.0.1", {"unknown"}) == "127.0.0.1");
    BOOST_TEST(client("127.0.0.1", {""}) == "127.0.0.1");
    BOOST_TEST(client("127.0.0.1", {"1.1.1.1, _hidden, 10.0.0.3"}) == "10.0.0.3");
}

BOOST_AUTO_TEST_SUITE_END()
