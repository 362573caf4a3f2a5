#include "webhooks/parsing.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill::webhooks;

namespace
{

const std::string sid = "SM0123456789abcdefABCDEF0123456789";
const std::string usual = "AccountSid=AC1&MessageSid=" + sid + "&SmsSid=" + sid + "&SmsMessageSid=" + sid + "&Body=Hi";

bool is_clear(const std::string& body)
{
    return names_one_message(parse_form(body).value());
}

} // namespace

BOOST_AUTO_TEST_SUITE(sids)

BOOST_AUTO_TEST_CASE(a_message_sid_is_two_letters_and_32_hexadecimal_digits)
{
    BOOST_TEST(is_message_sid(sid));
    BOOST_TEST(is_message_sid("MM" + sid.substr(2)));
    for (const std::string& other : {std::string(), "AC" + sid.substr(2), sid + "0", sid.substr(0, 33),
                                     "sm" + sid.substr(2), sid.substr(0, 33) + "g", sid.substr(0, 33) + " "})
        BOOST_TEST(!is_message_sid(other), other);
}

BOOST_AUTO_TEST_CASE(what_twilio_sends_names_one_message)
{
    BOOST_TEST(is_clear(usual));
    BOOST_TEST(is_clear("MessageSid=" + sid + "&AccountSid=AC1"));
    BOOST_TEST(is_clear(usual + "&SmsSid=" + sid + "&AccountSid=AC1"));
}

BOOST_AUTO_TEST_CASE(sids_that_disagree_or_are_missing_name_none)
{
    const std::string other = "SM00000000000000000000000000000001";
    for (const std::string& added : {"SmsSid=" + other, "MessageSid=" + other, "SmsMessageSid=" + other,
                                     std::string("SmsSid="), std::string("AccountSid=AC2")})
        BOOST_TEST(!is_clear(usual + "&" + added), added);
    BOOST_TEST(!is_clear("MessageSid=" + sid));
    BOOST_TEST(!is_clear("AccountSid=AC1&SmsSid=" + sid));
    BOOST_TEST(!is_clear("AccountSid=AC1&MessageSid=SM1"));
}

BOOST_AUTO_TEST_CASE(a_sid_inside_another_text_names_none)
{
    BOOST_TEST(!is_clear(usual + "MessageSid" + sid));
    BOOST_TEST(!is_clear(usual + "&NumMediaMessageSid=" + sid));
    BOOST_TEST(!is_clear(usual + "&NumMedia=0MessageSid" + sid));
}

BOOST_AUTO_TEST_SUITE_END()
