#include "server/text/template.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using waybill::text::default_template;
using waybill::text::Template;

namespace
{

using Values = std::map<std::string, std::string, std::less<>>;

std::string rendered(std::string_view text, const Values& values)
{
    return Template::parse(text).render(
        [&](std::string_view name) -> std::string_view { return values.find(name)->second; });
}

std::vector<std::string> names(std::string_view text)
{
    return Template::parse(text).placeholders();
}

using Names = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(message_template)

BOOST_AUTO_TEST_CASE(the_default_greets_and_offers)
{
    BOOST_TEST(rendered(default_template, {{"customer_name", "John"},
                                           {"restaurant_name", "Luigi's"},
                                           {"offer", "20% off!"},
                                           {"offer_code", "SAVE20"}}) ==
               "Hi John! We miss you at Luigi's! 20% off! Use code SAVE20");
}

BOOST_AUTO_TEST_CASE(names_are_distinct_lower_case_and_in_order)
{
    BOOST_TEST(names("{B} {a} {b} {Favourite Dish} {a}") == (Names{"b", "a", "favourite dish"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_match_without_case_and_without_outer_spaces)
{
    BOOST_TEST(rendered("{CUSTOMER_NAME} { Customer_Name }", {{"customer_name", "Ann"}}) == "Ann Ann");
}

BOOST_AUTO_TEST_CASE(names_hold_letters_digits_spaces_underscores_and_dashes)
{
    BOOST_TEST(names("{a-b} {a_2} {3} {last visit} {prénom}") == (Names{"a-b", "a_2", "3", "last visit", "prénom"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(any_other_brace_stands_for_itself)
{
    for (std::string_view text :
         {"{", "}", "{}", "{ }", "{a", "a}", "}{", "{a.b}", "{a:b}", "{\n}", "{a{", "{{", ":-}"}) {
        BOOST_TEST(names(text).empty(), text);
        BOOST_TEST(rendered(text, {}) == text);
    }
    BOOST_TEST(rendered("{{a}}", {{"a", "x"}}) == "{x}");
    BOOST_TEST(rendered("{a{a}", {{"a", "x"}}) == "{ax");
}

BOOST_AUTO_TEST_CASE(values_are_never_expanded_again)
{
    BOOST_TEST(rendered("{a}{b}", {{"a", "{b}"}, {"b", "{a}"}}) == "{b}{a}");
    BOOST_TEST(rendered("{{a}}", {{"a", "b"}, {"b", "never"}}) == "{b}");
    BOOST_TEST(rendered("{a}", {{"a", "$1 \\0 %s"}}) == "$1 \\0 %s");
}

BOOST_AUTO_TEST_CASE(each_placeholder_is_asked_for_once)
{
    int asked = 0;
    const std::string text = Template::parse("{a} {a} {A}").render([&](std::string_view) -> std::string_view {
        ++asked;
        return "x";
    });
    BOOST_TEST(text == "x x x");
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(nothing_is_truncated)
{
    const std::string value(100'000, 'x');
    BOOST_TEST(rendered("{a}{a}", {{"a", value}}).size() == 200'000);
}

BOOST_AUTO_TEST_CASE(an_empty_template_is_an_empty_text)
{
    BOOST_TEST(rendered("", {}) == "");
    BOOST_TEST(Template().render(std::vector<std::string_view>()) == "");
    BOOST_TEST(rendered("{a}", {{"a", ""}}) == "");
}

BOOST_AUTO_TEST_CASE(its_length_is_known_without_rendering)
{
    const Template message = Template::parse("é😀 {a}{b}{a}");
    const std::string_view values[] = {"€uro", "👍"};
    BOOST_TEST(message.render(values) == "é😀 €uro👍€uro");
    BOOST_TEST(message.utf16_units(values) == 1 + 2 + 1 + 4 + 2 + 4);
}

BOOST_AUTO_TEST_SUITE_END()
