#include "tests/support/tested_build.hpp"
#include "tests/unit/text/phone_numbers.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

namespace json = boost::json;
using namespace waybill;
using waybill::test::parsed;

namespace
{

json::array read_samples(const std::string& path)
{
    std::ifstream file(test::source_path(path));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_array();
}

std::string member_or(const json::value& sample, std::string_view name, std::string_view otherwise)
{
    const json::value* value = sample.as_object().if_contains(name);
    return std::string(value && value->is_string() ? std::string_view(value->get_string()) : otherwise);
}

void check_samples(const std::string& path, std::size_t at_least)
{
    const json::array samples = read_samples(path);
    BOOST_TEST(samples.size() >= at_least);
    for (const json::value& sample : samples) {
        const std::string input = member_or(sample, "input", "");
        const std::string expected = member_or(sample, "e164", "refused");
        const std::string result = parsed(input, member_or(sample, "defaultCountryCode", "1"));
        BOOST_TEST(result == expected, "\"" << input << "\": " << result << " != " << expected);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(phone_number)

BOOST_AUTO_TEST_CASE(every_vector_is_judged_as_it_says)
{
    check_samples("tests/vectors/phone-numbers.json", 35);
}

BOOST_AUTO_TEST_CASE(every_everyday_cell_is_judged_as_it_says)
{
    check_samples("tests/cases/phone-numbers.json", 43);
}

BOOST_AUTO_TEST_CASE(what_phones_and_web_pages_add_is_removed)
{
    test::check_numbers("1",
                        {{"\u200E+1 614-555-0123\u200F", "+16145550123"}, // marks of direction
                         {"\u202D(614) 555-0123\u202C", "+16145550123"},
                         {"\u20676145550123\u2069", "+16145550123"},
                         {"614\u200B555\u200C0123\u2060\uFEFF", "+16145550123"}, // zero width
                         {"614\u00AD555\u00AD0123", "+16145550123"},             // soft hyphens
                         {"614\u00A0555\u00A00123", "+16145550123"},             // no-break spaces
                         {"614\u2007555\u202F0123", "+16145550123"},
                         {"\u3000614\u3000555\u20030123\t", "+16145550123"},
                         {"614\u2010555\u20110123", "+16145550123"},
                         {"614\u2012555\u20130123", "+16145550123"},
                         {"614\u2014555\u22120123", "+16145550123"},
                         {"\uFF0B\uFF11\uFF08614\uFF09555\uFF0D0123", "+16145550123"}, // full-width
                         {"\uFF16\uFF11\uFF14\uFF0E\uFF15\uFF15\uFF15\uFF0F\uFF10\uFF11\uFF12\uFF13", "+16145550123"},
                         {"٦١٤٥٥٥٠١٢٣", "+16145550123"},
                         {"۶۱۴۵۵۵۰۱۲۳", "+16145550123"},
                         {"६१४५५५०१२३", "+16145550123"}});
}

BOOST_AUTO_TEST_CASE(what_spreadsheets_add_is_removed)
{
    test::check_numbers("1", {{"6145550123.0", "+16145550123"},
                              {" 6145550123.00 ", "+16145550123"},
                              {"6145550123,0", "+16145550123"},
                              {"16145550123.0", "+16145550123"},
                              {"+16145550123.0", "+16145550123"},
                              {"'6145550123", "+16145550123"},
                              {"\u20196145550123", "+16145550123"},
                              {"' (614) 555-0123", "+16145550123"},
                              {"=\"6145550123\"", "+16145550123"},
                              {"=\"+1 614 555 0123\"", "+16145550123"},
                              {"=\"6145550123.0\"", "+16145550123"},
                              {"\"6145550123\"", "+16145550123"}});
    test::check_numbers("33", {{"06.12.34.56.00", "+33612345600"}, {"612345600.0", "+33612345600"}});
    test::check_numbers("61", {{"+61.412.345.000", "+61412345000"}});
}

BOOST_AUTO_TEST_CASE(numbers_are_punctuated_in_many_ways)
{
    test::check_numbers("1", {{"614.555.0123", "+16145550123"},
                              {"614/555-0123", "+16145550123"},
                              {"614/555/0123", "+16145550123"},
                              {"1-614-555-0123", "+16145550123"},
                              {"1 (614) 555-0123", "+16145550123"},
                              {"+1 (614) 555-0123", "+16145550123"},
                              {"(+1) 614 555 0123", "+16145550123"},
                              {"+1.614.555.0123", "+16145550123"},
                              {"[614] 555 0123", "+16145550123"},
                              {"(614)5550123", "+16145550123"},
                              {"614 - 555 - 0123", "+16145550123"},
                              {"614  555  0123", "+16145550123"},
                              {"\r\n\v\f\t 614 555 0123 \t", "+16145550123"}});
}

BOOST_AUTO_TEST_CASE(letters_and_other_characters_are_refused_with_a_hint)
{
    test::check_refusals("1", {{"", "no number"},
                               {" \t ", "no number"},
                               {"n/a", "letters in the number"},
                               {"none", "letters in the number"},
                               {"tel:+16145550123", "letters in the number"},
                               {"614-555-O123", "letters in the number"},
                               {"1-800-FLOWERS", "letters in the number"},
                               {"\u041e614 555 0123", "letters in the number"}, // a Cyrillic letter
                               {"+", "no digits"},
                               {"(-)", "no digits"},
                               {"614_555_0123", "\"_\" does not belong in a phone number"},
                               {"614*555*0123", "\"*\" does not belong in a phone number"},
                               {"614 555 0123 \u2605", "\"\u2605\" does not belong in a phone number"},
                               {std::string("6145550123\0", 11), "a character that is not text"},
                               {"614555\xFF"
                                "0123",
                                "a character that is not text"},
                               {"6145550123\x1b", "a character that is not text"},
                               {std::string(1'000'000, '1'), "too long to be a phone number"}});
}

BOOST_AUTO_TEST_CASE(an_extension_is_refused)
{
    for (const char* cell : {"6145550123x123", "614-555-0123 ext. 4", "614-555-0123 EXT4", "614-555-0123 #4",
                             "+1 614 555 0123 extension 17", "614 555 0123;ext=4"})
        test::check_refusals("1", {{cell, "an extension after the number"}});
    test::check_refusals("1", {{"614-555-0123 (2)", "an extension or a second number in parentheses"},
                               {"614-555-0123 - 2", "one digit too many"},
                               {"x123", "letters in the number"}});
    test::check_refusals("49",
                         {{"0151 23456789 (2)", "an extension or a second number in parentheses"},
                          {"0151 23456789 - 12", "2 digits too many; a number of another country begins with +"}});
}

BOOST_AUTO_TEST_CASE(a_second_number_is_refused)
{
    for (const char* cell :
         {"614-555-0123, 614-555-0124", "614-555-0123;614-555-0124", "6145550123 & 6145550124", "6145550123|6145550124",
          "6145550123/6145550124", "614-555-0123 / 24", "+16145550123 +16145550124", "6145550123\n6145550124"})
        test::check_refusals("1", {{cell, "two numbers in one cell"}});
    for (const char* cell : {"0301234/0305678", "0301234 0305678", "0301234\n5678901", "030 1234567/68",
                             "0049 30 1234567/68", "+49 30 1234567/68", "0301234 - 0305678"})
        test::check_refusals("49", {{cell, "two numbers in one cell"}});
    test::check_refusals("1", {{"614-555-0123 or 614-555-0124", "two numbers in one cell"}});
    BOOST_TEST(parsed("6145550123 6145550124") == "refused");
    BOOST_TEST(parsed("1+6145550123") == "refused");
    BOOST_TEST(parsed("++16145550123") == "refused");
    BOOST_TEST(parsed("9123 4567 8123 4567", "65") == "refused");
}

BOOST_AUTO_TEST_CASE(a_date_is_no_number_in_any_country)
{
    for (const char* country : {"1", "43", "45", "49", "65"})
        for (const char* cell :
             {"2024-01-15", "2024-01-15 12.30", "2024/1/15", "15.01.2024", "1/15/2024", "31-12-1999"})
            test::check_refusals(country, {{cell, "a date, not a phone number"}});
}

BOOST_AUTO_TEST_CASE(a_number_that_a_spreadsheet_has_rounded_is_refused)
{
    for (const char* cell : {"6.14555E+09", "1.61456E+10", "4.47912e+11", "6,14555E+09", "+1.6E10"})
        BOOST_TEST(test::hint(cell, "1").starts_with("the spreadsheet has dropped digits"), cell);
}

BOOST_AUTO_TEST_CASE(digits_that_are_missing_or_too_many_are_counted)
{
    test::check_refusals("1", {{"614-555-01277", "one digit too many"},
                               {"614-555-012", "one digit missing"},
                               {"614555", "4 digits missing"},
                               {"5550123", "the area code is missing"},
                               {"+1 614 555 01234", "one digit too many"},
                               {"447911123456", "2 digits too many; a number of another country begins with +"},
                               {"0000000000", "nothing but zeros"},
                               {"0614555012", "no phone number of +1 begins with 0"},
                               {"+999 123456789", "no country has a code like +999"},
                               {"+0016145550123", "no country has a code like +001"},
                               {"614555012361455501236145550123", "too many digits for one number"}});
    test::check_refusals("44", {{"07911 12345", "one digit missing"}, {"07911 1234567", "one digit too many"}});
    test::check_refusals("91", {{"98765 432101", "one digit too many"}, {"+91 98765 432101", "one digit too many"}});
    test::check_refusals("39", {{"347 123 45678", "one digit too many"}, {"+39 347 123 45678", "one digit too many"}});
    test::check_refusals("65", {{"9123 45678", "one digit too many"}, {"9123 456", "one digit missing"}});
    test::check_refusals("61", {{"0412 345 6789", "one digit too many"}, {"0412 345 67", "one digit missing"}});
}

BOOST_AUTO_TEST_SUITE_END()
