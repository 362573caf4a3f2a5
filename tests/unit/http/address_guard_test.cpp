#include "server/http/client/addresses.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::http;
using boost::asio::ip::make_address;

namespace
{

constexpr const char* not_public[] = {"0.0.0.0",
                                      "0.1.2.3",
                                      "10.0.0.0",
                                      "10.255.255.255",
                                      "100.64.0.0",
                                      "100.127.255.255",
                                      "127.0.0.1",
                                      "127.255.255.255",
                                      "169.254.0.1",
                                      "169.254.169.254",
                                      "172.16.0.0",
                                      "172.31.255.255",
                                      "192.0.0.1",
                                      "192.0.2.1",
                                      "192.168.0.1",
                                      "198.18.0.1",
                                      "198.19.255.255",
                                      "198.51.100.1",
                                      "203.0.113.1",
                                      "224.0.0.1",
                                      "239.255.255.255",
                                      "240.0.0.1",
                                      "255.255.255.255",
                                      "::",
                                      "::1",
                                      "::127.0.0.1",
                                      "::ffff:127.0.0.1",
                                      "::ffff:10.0.0.1",
                                      "::ffff:169.254.169.254",
                                      "::ffff:0.0.0.0",
                                      "64:ff9b::7f00:1",
                                      "64:ff9b::a9fe:a9fe",
                                      "2002:7f00:1::",
                                      "2002:a00:1::1",
                                      "fe80::1",
                                      "febf::1",
                                      "fc00::1",
                                      "fd00:ec2::254",
                                      "ff02::1",
                                      "2001:db8::1",
                                      "2001::1",
                                      "100::1",
                                      "fec0::1",
                                      "3fff::1"};

} // namespace

BOOST_AUTO_TEST_SUITE(address_guard)

BOOST_AUTO_TEST_CASE(addresses_of_the_public_internet_may_be_connected_to)
{
    for (const char* address :
         {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",     "11.0.0.0",        "100.63.255.255",
          "100.128.0.0",     "126.255.255.255", "128.0.0.1",         "169.253.255.255", "172.15.255.255",
          "172.32.0.0",      "192.167.255.255", "192.169.0.0",       "198.17.255.255",  "198.20.0.0",
          "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8",  "64:ff9b::808:808",
          "2002:808:808::1"})
        BOOST_TEST(is_public(make_address(address)), address);
}

BOOST_AUTO_TEST_CASE(all_others_may_not)
{
    for (const char* address : not_public)
        BOOST_TEST(!is_public(make_address(address)), address);
}

BOOST_AUTO_TEST_CASE(the_addresses_of_this_machine_are_known)
{
    const auto own = own_addresses();
    BOOST_TEST((std::find(own.begin(), own.end(), make_address("127.0.0.1")) != own.end()));
    for (const auto& address : own)
        BOOST_TEST(!is_public_and_foreign(address), address);
}

BOOST_AUTO_TEST_SUITE_END()
