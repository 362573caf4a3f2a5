#include "server/text/clean_text.hpp"

#include "server/text/segments.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill::text;

BOOST_AUTO_TEST_SUITE(clean_text)

BOOST_AUTO_TEST_CASE(every_line_break_becomes_a_line_feed)
{
    BOOST_TEST(with_line_feeds("a\r\nb\rc\nd") == "a\nb\nc\nd");
    BOOST_TEST(with_line_feeds("\r\n\r\n") == "\n\n");
    BOOST_TEST(with_line_feeds("\n\r") == "\n\n");
    BOOST_TEST(with_line_feeds("\r") == "\n");
    BOOST_TEST(with_line_feeds("") == "");
    BOOST_TEST(with_line_feeds("no break") == "no break");
}

BOOST_AUTO_TEST_CASE(look_alikes_become_plain_and_anything_else_stays)
{
    BOOST_TEST(with_plain_characters("\u201CIt\u2019s\u00A0here\u201D \u2013 20\u202F%\u2026\u200B") ==
               "\"It's here\" - 20 %...");
    BOOST_TEST(with_plain_characters("Zo\u00EB \u20AC5 \U0001F355 \u0141") == "Zo\u00EB \u20AC5 \U0001F355 \u0141");
    BOOST_TEST(with_plain_characters("") == "");
    const std::string typed = "\u2018Don\u2019t\u2019 \u2014 \u2212\u2022\u00D7\u2044\u3000";
    BOOST_TEST((segment(typed).encoding == Encoding::ucs2));
    BOOST_TEST((segment(with_plain_characters(typed)).encoding == Encoding::gsm7));
}

BOOST_AUTO_TEST_SUITE_END()
