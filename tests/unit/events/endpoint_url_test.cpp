#include "server/events/endpoint_url.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill::events;

namespace
{

std::string fault_of(const std::string& url, bool allows_clear_text = false)
{
    const auto parsed = parse_endpoint_url(url, allows_clear_text);
    const auto* fault = std::get_if<std::string>(&parsed);
    return fault == nullptr ? "" : *fault;
}

} // namespace

BOOST_AUTO_TEST_SUITE(endpoint_urls)

BOOST_AUTO_TEST_CASE(a_url_is_its_origin_and_what_is_asked_of_it)
{
    const auto parsed = parse_endpoint_url("https://shop.example.com:8443/hooks?for=waybill", false);
    const EndpointUrl& url = std::get<EndpointUrl>(parsed);
    BOOST_TEST(url.origin == "https://shop.example.com:8443");
    BOOST_TEST(url.target == "/hooks?for=waybill");
    BOOST_TEST(std::get<EndpointUrl>(parse_endpoint_url("https://[2001:db8::1]?a=b", false)).target == "/?a=b");
    BOOST_TEST(std::get<EndpointUrl>(parse_endpoint_url("https://shop.example.com", false)).target == "/");
}

BOOST_AUTO_TEST_CASE(what_is_no_url_of_a_receiver_is_refused)
{
    for (const char* url :
         {"", "shop.example.com", "ftp://shop.example.com/", "https://", "https:///hooks",
          "https://user@shop.example.com/", "https://user:secret@shop.example.com/", "https://shop.example.com/#part",
          "https://shop.example.com/a b", "https://shop.example.com/\r\nX: y", "https://shop.example.com:0/",
          "https://shop.example.com:99999/", "https://sh\xc3\xb6p.example.com/", "file:///etc/passwd"})
        BOOST_TEST(!fault_of(url).empty(), url);
    BOOST_TEST(!fault_of("https://shop.example.com/" + std::string(2'000, 'a')).empty());
}

BOOST_AUTO_TEST_CASE(clear_text_needs_to_be_allowed)
{
    BOOST_TEST(fault_of("http://shop.example.com/").find("https://") != std::string::npos);
    BOOST_TEST(fault_of("http://shop.example.com/", true) == "");
}

BOOST_AUTO_TEST_SUITE_END()
