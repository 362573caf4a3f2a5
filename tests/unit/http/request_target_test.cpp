#include "server/http/server/request_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using waybill::http::RequestTarget;
using waybill::http::split_target;

BOOST_AUTO_TEST_SUITE(request_target)

BOOST_AUTO_TEST_CASE(an_absolute_url_is_its_path_and_query_at_its_host)
{
    struct Row
    {
        std::string text, target, authority;
    };
    const std::vector<Row> rows = {
        {"/a?b=http://c/d", "/a?b=http://c/d", ""}, {"*", "*", ""},
        {"http://host/a?b", "/a?b", "host"},        {"HTTPS://host:8443/", "/", "host:8443"},
        {"http://[::1]:80", "/", "[::1]:80"},       {"http://host?q=/", "/?q=/", "host"},
        {"ftp://host/a", "ftp://host/a", ""},
    };
    for (const Row& row : rows) {
        const RequestTarget parts = split_target(row.text);
        BOOST_TEST(parts.is_valid, row.text);
        BOOST_TEST(parts.target == row.target, row.text);
        BOOST_TEST(parts.authority == row.authority, row.text);
    }
}

BOOST_AUTO_TEST_CASE(an_absolute_url_without_a_host_or_with_a_user_is_not_valid)
{
    for (const char* text : {"http:///a", "http://", "http://?a", "http://user@host/", "https://a:b@host"})
        BOOST_TEST(!split_target(text).is_valid, text);
}

BOOST_AUTO_TEST_SUITE_END()
