#include "server/text/phone_number.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::text;

namespace
{

std::string judged(std::string_view cell, const RecipientRules& rules)
{
    const PhoneNumber number = parse_recipient(cell, rules);
    return number ? *number : number.error().hint;
}

std::string sender(std::string_view text)
{
    const PhoneNumber number = parse_sender(text, "1");
    return number ? *number : "refused";
}

} // namespace

BOOST_AUTO_TEST_SUITE(recipient_rules)

BOOST_AUTO_TEST_CASE(numbers_that_cost_who_texts_them_are_refused_unless_allowed)
{
    RecipientRules rules;
    const std::string premium = "a premium-rate number; they are texted only with ALLOW_PREMIUM=yes";
    BOOST_TEST(judged("900 234 5678", rules) == premium);
    BOOST_TEST(judged("+1 (900) 234-5678", rules) == premium);
    BOOST_TEST(judged("+44 909 879 0123", rules) == premium);
    BOOST_TEST(judged("+49 180 2 123456", rules) ==
               "a shared-cost number; they are texted only with ALLOW_PREMIUM=yes");
    rules.allow_premium = true;
    BOOST_TEST(judged("900 234 5678", rules) == "+19002345678");
    BOOST_TEST(judged("+44 909 879 0123", rules) == "+449098790123");
    BOOST_TEST(judged("+49 180 2 123456", rules) == "+491802123456");
}

BOOST_AUTO_TEST_CASE(only_numbers_of_allowed_countries_are_texted)
{
    RecipientRules rules;
    rules.allowed_country_codes = {"1", "44"};
    BOOST_TEST(judged("614 555 0123", rules) == "+16145550123");
    BOOST_TEST(judged("+44 7911 123456", rules) == "+447911123456");
    BOOST_TEST(judged("+33 6 12 34 56 78", rules) == "numbers of +33 are not texted here (ALLOWED_COUNTRY_CODES)");
    rules.allowed_country_codes = {"44"};
    BOOST_TEST(judged("6145550123", rules) == "numbers of +1 are not texted here (ALLOWED_COUNTRY_CODES)");
}

BOOST_AUTO_TEST_CASE(any_number_can_be_looked_up_or_opted_out)
{
    BOOST_TEST(*parse_phone_number("900 234 5678", "1") == "+19002345678");
}

BOOST_AUTO_TEST_CASE(a_short_code_or_a_number_can_send)
{
    BOOST_TEST(sender("72345") == "72345");
    BOOST_TEST(sender(" 723456 ") == "723456");
    BOOST_TEST(sender("555") == "555");
    BOOST_TEST(sender("(614) 555-0123") == "+16145550123");
    BOOST_TEST(sender("+1 614 555 0123") == "+16145550123");
    BOOST_TEST(sender("12") == "refused");
    BOOST_TEST(sender("7234567") == "refused");
    BOOST_TEST(sender("MyBank") == "refused");
    BOOST_TEST(sender("") == "refused");
}

BOOST_AUTO_TEST_CASE(the_number_behind_an_address_is_found_in_every_channel)
{
    const auto number = [](std::string_view address) { return number_of_address(address).value_or("none"); };
    BOOST_TEST(number("+15550100000") == "+15550100000");
    BOOST_TEST(number("+376312345") == "+376312345");
    BOOST_TEST(number("+298211234") == "+298211234");
    BOOST_TEST(number("whatsapp:+15550100000") == "+15550100000");
    BOOST_TEST(number("rcs:+447911123456") == "+447911123456");
    BOOST_TEST(number("+5215512345678") == "+525512345678"); // as lists have it
    BOOST_TEST(number("+19002345678") == "+19002345678");
    BOOST_TEST(number("+2290197979797") == "+2290197979797"); // longer than numbers of Benin were until 2024
    BOOST_TEST(number("+999123456789") == "+999123456789");   // a country of the future
}

BOOST_AUTO_TEST_CASE(what_is_no_number_has_none)
{
    for (const char* address : {"", "72345", "MyBank", "5550100000", "+", "+12", "+0123456789", "rcs:agent_1",
                                "messenger:1234567890", "+1555CALLNOW", "+12345678901234567", "whatsapp:"})
        BOOST_TEST(!number_of_address(address).has_value(), address);
}

BOOST_AUTO_TEST_CASE(a_country_code_belongs_to_a_country)
{
    BOOST_TEST(is_country_code("1"));
    BOOST_TEST(is_country_code("44"));
    BOOST_TEST(is_country_code("376"));
    for (const char* code : {"", "0", "999", "+1", "1a", "800", "01", "1234"})
        BOOST_TEST(!is_country_code(code), code);
}

BOOST_AUTO_TEST_SUITE_END()
