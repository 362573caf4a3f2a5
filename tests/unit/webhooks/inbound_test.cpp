#include "webhooks/parsing.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace waybill;
using namespace waybill::webhooks;
namespace json = boost::json;

namespace
{

constexpr std::string_view required = "MessageSid=SM1&From=%2B15550100000&To=%2B15005550006&";

db::InboundMessage parsed(const std::string& body)
{
    return std::get<db::InboundMessage>(parse_inbound_message(parse_form(body).value(), {}));
}

json::value extra(const std::string& parameters)
{
    return json::parse(parsed(std::string(required) + parameters).extra_json);
}

std::string reason(const std::string& body)
{
    const auto outcome = parse_inbound_message(parse_form(body).value(), {});
    const auto* malformed = std::get_if<Malformed>(&outcome);
    return malformed ? malformed->reason : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(inbound_form)

BOOST_AUTO_TEST_CASE(a_message_of_twilio_fills_every_column)
{
    const Form form =
        *parse_form("ToCountry=US&SmsMessageSid=SM1&NumMedia=0&SmsSid=SM1&SmsStatus=received&Body=+Stop%21+&"
                    "FromCity=&OptOutType=STOP&To=%2B15005550006&MessageSid=SM1&AccountSid=AC1&"
                    "From=%2B15550100000");
    const auto now = std::chrono::system_clock::now();
    const auto message = std::get<db::InboundMessage>(parse_inbound_message(form, now));
    BOOST_CHECK_EQUAL(message.sid, "SM1");
    BOOST_CHECK_EQUAL(message.from, "+15550100000");
    BOOST_CHECK_EQUAL(message.to, "+15005550006");
    BOOST_CHECK_EQUAL(message.body, " Stop! ");
    BOOST_CHECK(message.keyword == db::Keyword::stop);
    BOOST_CHECK(message.received_at == now);
    BOOST_CHECK_EQUAL(message.extra_json, R"({"AccountSid":"AC1","FromCity":"","NumMedia":"0","OptOutType":"STOP",)"
                                          R"("SmsStatus":"received","ToCountry":"US"})");
}

BOOST_AUTO_TEST_CASE(a_picture_without_a_word_and_a_sender_that_is_no_number_are_fine)
{
    const auto message = parsed("SmsSid=MM1&From=MyBank&To=72345&NumMedia=1&MediaUrl0=https%3A%2F%2Fexample.com");
    BOOST_CHECK_EQUAL(message.sid, "MM1");
    BOOST_CHECK_EQUAL(message.from, "MyBank");
    BOOST_CHECK_EQUAL(message.body, "");
    BOOST_CHECK(!message.keyword);
}

BOOST_AUTO_TEST_CASE(a_message_without_sid_sender_or_recipient_is_malformed)
{
    BOOST_CHECK_EQUAL(reason("From=1&To=2&Body=x"), "MessageSid is missing.");
    BOOST_CHECK_EQUAL(reason("MessageSid=&From=1&To=2"), "MessageSid is missing.");
    BOOST_CHECK_EQUAL(reason("MessageSid=SM1&To=2"), "From is missing.");
    BOOST_CHECK_EQUAL(reason("MessageSid=SM1&From=1"), "To is missing.");
    BOOST_CHECK_EQUAL(reason("MessageSid=" + std::string(65, 'x') + "&From=1&To=2"),
                      "MessageSid is longer than 64 bytes.");
    BOOST_CHECK_EQUAL(reason("MessageSid=SM1&From=" + std::string(257, '1') + "&To=2"),
                      "From is longer than 256 bytes.");
    BOOST_CHECK_EQUAL(reason("MessageSid=SM1&From=1&To=" + std::string(257, '2')), "To is longer than 256 bytes.");
}

BOOST_AUTO_TEST_CASE(what_differs_from_its_column_is_kept_among_the_rest)
{
    BOOST_CHECK_EQUAL(parsed(std::string(required)).extra_json, "");
    BOOST_CHECK(extra("SmsSid=SM2&From=again&Body=one&Body=two") ==
                json::value({{"SmsSid", "SM2"}, {"From", "again"}, {"Body", "two"}}));
}

BOOST_AUTO_TEST_CASE(text_that_postgresql_cannot_hold_is_replaced)
{
    const auto message = parsed("MessageSid=S%00M&From=%ff&To=%C3&Body=a%00b%ED%A0%80&X=%00");
    BOOST_CHECK_EQUAL(message.sid, "S\uFFFDM");
    BOOST_CHECK_EQUAL(message.from, "\uFFFD");
    BOOST_CHECK_EQUAL(message.to, "\uFFFD");
    BOOST_CHECK_EQUAL(message.body, "a\uFFFDb\uFFFD\uFFFD\uFFFD");
    BOOST_CHECK_EQUAL(message.extra_json, "{\"X\":\"\uFFFD\"}");
}

BOOST_AUTO_TEST_SUITE_END()
