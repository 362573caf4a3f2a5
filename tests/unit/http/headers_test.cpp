#include "server/http/message.hpp"
#include "server/http/server/reply.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace waybill::http;

BOOST_AUTO_TEST_SUITE(http_messages)

BOOST_AUTO_TEST_CASE(header_names_compare_without_case)
{
    Headers headers;
    headers.add("X-Twilio-Signature", "abc=");
    headers.add("content-type", "text/csv");
    BOOST_TEST(headers.find("x-twilio-signature").value() == "abc=");
    BOOST_TEST(headers.value_or_empty("Content-Type") == "text/csv");
    BOOST_TEST(!headers.find("Content-Typ"));
    BOOST_TEST(headers.value_or_empty("Accept").empty());
}

BOOST_AUTO_TEST_CASE(header_fields_keep_their_order_and_the_first_of_a_name_is_found)
{
    Headers headers;
    headers.add("Via", "one");
    headers.add("Empty", "");
    headers.add("Via", "two");
    BOOST_TEST(headers.size() == 3u);
    BOOST_TEST(headers.find("via").value() == "one");
    BOOST_TEST(headers.at(1).first == "Empty");
    BOOST_TEST(headers.at(1).second == "");
    BOOST_TEST(headers.at(2).second == "two");
    BOOST_CHECK_THROW(headers.at(3), std::out_of_range);
    headers.clear();
    BOOST_TEST(headers.size() == 0u);
    BOOST_TEST(!headers.find("Via"));
}

BOOST_AUTO_TEST_CASE(a_target_splits_into_path_and_query)
{
    struct Row
    {
        std::string target, path, query;
    };
    const std::array rows{
        Row{"/a/b", "/a/b", ""}, Row{"/a?x=1&y=%20", "/a", "x=1&y=%20"}, Row{"/a?b?c", "/a", "b?c"}, Row{"/?", "/", ""},
        Row{"*", "*", ""},       Row{"host:443", "host:443", ""},
    };
    for (const auto& row : rows) {
        Request request;
        request.target = row.target;
        BOOST_TEST(request.path() == row.path, row.target);
        BOOST_TEST(request.query() == row.query, row.target);
    }
}

BOOST_AUTO_TEST_CASE(an_error_tells_its_sentence_twice_and_escapes_it)
{
    const Response reply = error_response(400, "say \"please\"\n");
    BOOST_TEST(reply.status == 400);
    BOOST_TEST(reply.body == R"({"error":"say \"please\"\n","detail":"say \"please\"\n","code":"bad_request"})");
    BOOST_TEST(reply.headers.at(0).second == "application/json");
}

BOOST_AUTO_TEST_CASE(a_line_break_in_a_reply_field_cannot_make_another_field)
{
    Response reply;
    reply.headers.emplace_back("Location", "/x\r\nSet-Cookie: a=b");
    std::string bytes;
    append_reply(bytes, reply, ReplyFraming{.keep_alive = true});
    BOOST_TEST(bytes == "HTTP/1.1 200 OK\r\nLocation: /x  Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_spooled_file_gives_back_what_was_appended)
{
    SpooledFile file;
    file.append("hello ");
    file.append("world");
    SpooledFile moved = std::move(file);
    char bytes[16];
    BOOST_TEST(moved.size() == 11u);
    BOOST_TEST(moved.read(6, bytes, sizeof bytes) == 5u);
    BOOST_TEST(std::string_view(bytes, 5) == "world");
    BOOST_TEST(moved.read(11, bytes, sizeof bytes) == 0u);
    BOOST_CHECK_THROW(file.append("x"), std::system_error); // moved from
}

BOOST_AUTO_TEST_SUITE_END()
