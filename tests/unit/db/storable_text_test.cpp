#include "db/postgres/storable_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace waybill::db;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(storable_text)

BOOST_AUTO_TEST_CASE(valid_text_stays_and_every_broken_byte_is_replaced)
{
    const std::vector<std::pair<std::string, std::string>> table{
        {"", ""},
        {"plain \t\n\x7f", "plain \t\n\x7f"},
        {"Größe € 👍 \U0010FFFF\uFFFF", "Größe € 👍 \U0010FFFF\uFFFF"},
        {"a\0b"s, "a\uFFFDb"},
        {"\xff\xfe", "\uFFFD\uFFFD"},
        {"a\x80", "a\uFFFD"},
        {"\xe2\x82", "\uFFFD\uFFFD"},                     // cut short
        {"\xe2\x82x", "\uFFFD\uFFFDx"},                   // cut short, text follows
        {"\xc0\x80", "\uFFFD\uFFFD"},                     // NUL, overlong
        {"\xe0\x9f\xbf", "\uFFFD\uFFFD\uFFFD"},           // overlong
        {"\xf0\x8f\xbf\xbf", "\uFFFD\uFFFD\uFFFD\uFFFD"}, // overlong
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},           // surrogate
        {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"}, // beyond U+10FFFF
    };
    for (const auto& [text, expected] : table) {
        BOOST_CHECK_EQUAL(storable(text), expected);
        BOOST_CHECK_EQUAL(is_storable(text), text == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_json_string_reads_back_as_the_storable_text)
{
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte)
        every_byte += static_cast<char>(byte);
    for (const std::string& text : {""s, "plain"s, "\"\\/\b\n\x1f"s, "€ 👍"s, every_byte}) {
        std::string json;
        append_json_string(json, text);
        BOOST_CHECK(boost::json::parse(json).as_string() == storable(text));
    }
}

BOOST_AUTO_TEST_CASE(quotes_backslashes_and_control_characters_are_escaped)
{
    std::string json = "x";
    append_json_string(json, "a\"b\\c\nd\x1f");
    BOOST_CHECK_EQUAL(json, R"(x"a\"b\\c\u000ad\u001f")");
}

BOOST_AUTO_TEST_SUITE_END()
