#include "server/text/phone_number.hpp"

#include "tests/support/paths.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

using waybill::text::parse_phone_number;
namespace json = boost::json;

namespace
{

json::array read_vectors()
{
    std::ifstream file(waybill::test::source_path("tests/vectors/phone-numbers.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_array();
}

std::string parsed(std::string_view text, std::string_view default_country_code = "1")
{
    return parse_phone_number(text, default_country_code).value_or("invalid");
}

} // namespace

BOOST_AUTO_TEST_SUITE(phone_number)

BOOST_AUTO_TEST_CASE(every_vector_is_judged_as_it_says)
{
    const json::array vectors = read_vectors();
    BOOST_TEST(vectors.size() >= 40);
    for (const json::value& vector : vectors) {
        const auto input = json::value_to<std::string>(vector.at("input"));
        const json::value& e164 = vector.at("e164");
        const std::string expected = e164.is_null() ? "invalid" : json::value_to<std::string>(e164);
        BOOST_TEST(parsed(input) == expected, "input \"" << input << "\": " << parsed(input) << " != " << expected);
    }
}

BOOST_AUTO_TEST_CASE(ten_digits_take_the_default_country_code)
{
    BOOST_TEST(parsed("5551234567", "44") == "+445551234567");
    BOOST_TEST(parsed("+5551234567", "44") == "+5551234567");
    BOOST_TEST(parsed("55512345678", "44") == "+55512345678");
}

BOOST_AUTO_TEST_CASE(white_space_is_trimmed_around_but_only_spaces_stand_inside)
{
    BOOST_TEST(parsed("\r\n\v\f\t 555 123 4567 \t") == "+15551234567");
    BOOST_TEST(parsed("555\t1234567") == "invalid");
    BOOST_TEST(parsed("555\n1234567") == "invalid");
}

BOOST_AUTO_TEST_CASE(a_plus_stands_only_at_the_beginning)
{
    BOOST_TEST(parsed("(+1) 555 123 4567") == "invalid");
    BOOST_TEST(parsed("++15551234567") == "invalid");
    BOOST_TEST(parsed("1+5551234567") == "invalid");
}

BOOST_AUTO_TEST_CASE(an_optional_zero_is_refused_however_it_is_spaced)
{
    BOOST_TEST(parsed("+44 ( 0 ) 20 7946 0958") == "invalid");
    BOOST_TEST(parsed("+44 (020) 7946 0958") == "+4402079460958");
}

BOOST_AUTO_TEST_CASE(what_is_no_ascii_digit_is_refused)
{
    BOOST_TEST(parsed("") == "invalid");
    BOOST_TEST(parsed("+") == "invalid");
    BOOST_TEST(parsed("٥٥٥١٢٣٤٥٦٧") == "invalid");
    BOOST_TEST(parsed("555\u00A01234567") == "invalid");
    BOOST_TEST(parsed(std::string("5551234567\0", 11)) == "invalid");
    BOOST_TEST(parsed(std::string(1'000'000, '1')) == "invalid");
}

BOOST_AUTO_TEST_SUITE_END()
