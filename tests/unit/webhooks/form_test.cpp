#include "webhooks/form.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill::webhooks;

namespace
{

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string repeated_pairs(int count)
{
    std::string body;
    for (int each = 0; each < count; ++each)
        body += "&a=1";
    return body.substr(1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(form)

BOOST_AUTO_TEST_CASE(a_body_is_decoded_exactly_once_and_nothing_is_trimmed)
{
    const std::vector<std::pair<std::string, Parameters>> table{
        {"", {}},
        {"To=%2B15558675310&Body=a+b", {{"To", "+15558675310"}, {"Body", "a b"}}},
        {"Body=%2520", {{"Body", "%20"}}},
        {"Body=+a%0D%0A", {{"Body", " a\r\n"}}},
        {"Body=%e2%82%AC", {{"Body", "€"}}},
        {"Body=%00x", {{"Body", std::string("\0x", 2)}}},
        {"A=&B&C==d", {{"A", ""}, {"B", ""}, {"C", "=d"}}},
        {"X=2&X=1&X=2", {{"X", "2"}, {"X", "1"}, {"X", "2"}}},
        {"%41%3D+=1", {{"A= ", "1"}}},
        {"&&A=1&", {{"A", "1"}}},
        {"A=\xff;b", {{"A", "\xff;b"}}},
    };
    for (const auto& [body, expected] : table) {
        const auto form = parse_form(body);
        BOOST_REQUIRE_MESSAGE(form, body);
        BOOST_CHECK_MESSAGE(form->parameters == expected, body);
    }
}

BOOST_AUTO_TEST_CASE(broken_escapes_and_pairs_without_a_name_are_refused)
{
    for (const char* body : {"A=%", "A=%4", "A=%4G", "A=%G4", "A=%-1", "%zz=1", "=1", "A=1&=2", "="})
        BOOST_CHECK_MESSAGE(!parse_form(body), body);
}

BOOST_AUTO_TEST_CASE(a_form_holds_a_thousand_parameters_and_no_more)
{
    BOOST_CHECK_EQUAL(parse_form(repeated_pairs(1000))->parameters.size(), 1000);
    BOOST_CHECK(!parse_form(repeated_pairs(1001)));
}

BOOST_AUTO_TEST_CASE(a_value_is_the_first_of_its_name_and_empty_when_absent)
{
    const Form form = *parse_form("X=2&X=1&Empty=");
    BOOST_CHECK_EQUAL(form.value("X"), "2");
    BOOST_CHECK_EQUAL(form.value("Empty"), "");
    BOOST_CHECK_EQUAL(form.value("x"), "");
    BOOST_CHECK(form.has("Empty"));
    BOOST_CHECK(!form.has("x"));
}

BOOST_AUTO_TEST_CASE(only_unreserved_characters_stay_when_encoding)
{
    BOOST_CHECK_EQUAL(form_encode("AZaz09-._~"), "AZaz09-._~");
    BOOST_CHECK_EQUAL(form_encode("+1 (5)&=%'*€"), "%2B1+%285%29%26%3D%25%27%2A%E2%82%AC");
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_back_the_same_for_every_byte)
{
    Form form;
    for (int byte = 0; byte < 256; ++byte)
        form.parameters.emplace_back("n" + std::string(1, static_cast<char>(byte)),
                                     std::string(2, static_cast<char>(byte)));
    BOOST_CHECK(parse_form(write_form(form))->parameters == form.parameters);
}

BOOST_AUTO_TEST_SUITE_END()
