#include "server/text/template.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill::text;

namespace
{

using Pieces = std::vector<std::string>;

struct Row
{
    std::string_view text;
    Pieces pieces;
};

bool is_column(std::string_view name)
{
    return name == "customer_name" || name == "dish" || name == "last visit";
}

} // namespace

BOOST_AUTO_TEST_SUITE(braces)

BOOST_AUTO_TEST_CASE(a_text_whose_braces_are_all_placeholders_has_no_stray_one)
{
    for (const std::string_view text : {"", "Hi", "Hi {customer_name}!", "{a}{ B }{last visit}{pr\u00E9nom}{a-b_2}"})
        BOOST_TEST(stray_braces(text).empty(), text);
}

BOOST_AUTO_TEST_CASE(a_stray_brace_is_quoted_with_what_belongs_to_it)
{
    const std::vector<Row> rows{
        {"Hi {{customer_name}}!", {"{{customer_name}}"}},
        {"Hi {{ customer_name }}, {{offer}}.", {"{{ customer_name }}", "{{offer}}"}},
        {"Hi {customer.name}!", {"{customer.name}"}},
        {"Hi {customer_name|friend}!", {"{customer_name|friend}"}},
        {"Hi {customer_name!", {"{customer_name!"}},
        {"Hi {customer_name and\nmore}", {"{customer_name", "more}"}},
        {"Hi customer_name}!", {"customer_name}"}},
        {"{customer_name}}", {"}"}},
        {"Smile {:-) today", {"{:-)"}},
        {"{}", {"{}"}},
        {"{ }", {"{ }"}},
        {":-}", {":-}"}},
        {"{", {"{"}},
        {"}", {"}"}},
        {"}{", {"}", "{"}},
        {"{a{b}", {"{a{b}"}},
        {"${offer.code} {x}", {"{offer.code}"}},
        {"a} b} c} d}", {"a}", "b}", "c}"}},
    };
    for (const Row& row : rows)
        BOOST_TEST(stray_braces(row.text) == row.pieces, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_long_piece_is_cut_between_characters)
{
    std::string text = "{";
    for (int i = 0; i < 100; ++i)
        text += "\u20AC";
    const Pieces pieces = stray_braces(text + ".");
    BOOST_REQUIRE(pieces.size() == 1U);
    BOOST_TEST(pieces[0].size() == 1U + 19U * 3U);
    BOOST_TEST(text.starts_with(pieces[0]));
}

BOOST_AUTO_TEST_CASE(the_explanation_quotes_the_piece_and_says_what_to_write)
{
    BOOST_TEST(explain_stray_brace("{{customer_name}}") ==
               "\"{{customer_name}}\" is not a placeholder: write {customer_name} with single braces");
    BOOST_TEST(explain_stray_brace("{name|friend}") ==
               "\"{name|friend}\" is not a placeholder: there are no default values; write {name}");
    BOOST_TEST(explain_stray_brace("{:-)").starts_with("\"{:-)\" has a brace that belongs to no placeholder"));
    BOOST_TEST(explain_stray_brace("{customer.name}").starts_with("\"{customer.name}\" is not a placeholder"));
}

BOOST_AUTO_TEST_CASE(only_names_of_columns_in_square_brackets_are_suspicious)
{
    BOOST_TEST(bracketed_names("[customer_name], hi [VIP] [ Dish ] [dish] [last visit", is_column) ==
                   (Pieces{"customer_name", "dish"}),
               boost::test_tools::per_element());
    BOOST_TEST(bracketed_names("[[last visit]] ] [", is_column) == Pieces{"last visit"},
               boost::test_tools::per_element());
    BOOST_TEST(bracketed_names("{customer_name}", is_column).empty());
}

BOOST_AUTO_TEST_SUITE_END()
