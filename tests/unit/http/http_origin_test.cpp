#include "server/http/origin.hpp"

#include <boost/test/unit_test.hpp>

using waybill::http::parse_origin;

BOOST_AUTO_TEST_SUITE(http_origin)

BOOST_AUTO_TEST_CASE(scheme_host_and_port_are_read)
{
    const struct
    {
        std::string_view text;
        bool tls;
        std::string_view host, port, host_header;
    } cases[] = {
        {"https://api.twilio.com", true, "api.twilio.com", "443", "api.twilio.com"},
        {"https://api.twilio.com/", true, "api.twilio.com", "443", "api.twilio.com"},
        {"HTTPS://API.Dublin.IE1.twilio.com", true, "api.dublin.ie1.twilio.com", "443", "api.dublin.ie1.twilio.com"},
        {"https://api.twilio.com:443", true, "api.twilio.com", "443", "api.twilio.com"},
        {"http://api.twilio.com:443", false, "api.twilio.com", "443", "api.twilio.com:443"},
        {"http://127.0.0.1:8001", false, "127.0.0.1", "8001", "127.0.0.1:8001"},
        {"http://localhost", false, "localhost", "80", "localhost"},
        {"http://[::1]:8001", false, "::1", "8001", "[::1]:8001"},
        {"http://[::1]", false, "::1", "80", "[::1]"},
    };
    for (const auto& each : cases) {
        const auto origin = parse_origin(each.text);
        BOOST_TEST(origin.tls == each.tls);
        BOOST_TEST(origin.host == each.host);
        BOOST_TEST(origin.port == each.port);
        BOOST_TEST(origin.host_header == each.host_header);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_origin_is_refused)
{
    for (const std::string_view text : {"",
                                        "api.twilio.com",
                                        "ftp://host",
                                        "http://",
                                        "http:///",
                                        "https://host/path",
                                        "https://host?x",
                                        "http://host:",
                                        "http://host:0",
                                        "http://host:65536",
                                        "http://host:80x",
                                        "http://user@host",
                                        "http://a b",
                                        "http://::1",
                                        "http://::1:80",
                                        "http://[::1",
                                        "http://[::1]x:80",
                                        "http://[]",
                                        "http://[host]",
                                        "http://host\r\nX: y"})
        BOOST_CHECK_THROW(parse_origin(text), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
