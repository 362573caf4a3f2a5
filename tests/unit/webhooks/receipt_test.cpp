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

constexpr std::string_view required = "MessageSid=SM0000000000000000000000000000000b&MessageStatus=sent&";

std::variant<db::Receipt, Malformed> parse(const std::string& body, std::string_view message_id = "17",
                                           std::string_view idempotency_token = "")
{
    return parse_status_callback(parse_form(body).value(), {message_id, idempotency_token, {}});
}

db::Receipt parsed(const std::string& parameters)
{
    return std::get<db::Receipt>(parse(std::string(required) + parameters));
}

json::value extra(const std::string& parameters)
{
    return json::parse(parsed(parameters).extra_json);
}

std::string reason(const std::string& body, std::string_view message_id = "17")
{
    const auto outcome = parse(body, message_id);
    const auto* malformed = std::get_if<Malformed>(&outcome);
    return malformed ? malformed->reason : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(callbacks)

BOOST_AUTO_TEST_CASE(a_receipt_of_twilio_fills_every_column)
{
    const Form form = *parse_form(
        "ErrorCode=30003&SmsSid=SM0000000000000000000000000000000b&SmsStatus=undelivered&MessageStatus=undelivered&"
        "To=%2B15558675310&MessagingServiceSid=MGc&AccountSid=ACa&"
        "MessageSid=SM0000000000000000000000000000000b&"
        "From=%2B15017122661&ApiVersion=2010-04-01&RawDlrDoneDate=2603151230");
    const auto now = std::chrono::system_clock::now();
    const auto callback = std::get<db::Receipt>(parse_status_callback(form, {"9223372036854775807", "token-1", now}));
    BOOST_CHECK_EQUAL(callback.message_id, 9223372036854775807);
    BOOST_CHECK_EQUAL(callback.message_sid, "SM0000000000000000000000000000000b");
    BOOST_CHECK_EQUAL(callback.account_sid, "ACa");
    BOOST_CHECK_EQUAL(callback.status, "undelivered");
    BOOST_CHECK(callback.error_code == 30003);
    BOOST_CHECK_EQUAL(callback.raw_dlr_done_date, "2603151230");
    BOOST_CHECK_EQUAL(callback.idempotency_token, "token-1");
    BOOST_CHECK(callback.received_at == now);
    BOOST_CHECK_EQUAL(callback.extra_json, R"({"ApiVersion":"2010-04-01","From":"+15017122661",)"
                                           R"("MessagingServiceSid":"MGc","To":"+15558675310"})");
}

BOOST_AUTO_TEST_CASE(the_older_names_are_enough)
{
    const auto callback = std::get<db::Receipt>(parse("SmsSid=SM1&SmsStatus=delivered"));
    BOOST_CHECK_EQUAL(callback.message_sid, "SM1");
    BOOST_CHECK_EQUAL(callback.status, "delivered");
    BOOST_CHECK(!callback.error_code);
    BOOST_CHECK_EQUAL(callback.account_sid + callback.raw_dlr_done_date + callback.extra_json, "");
}

BOOST_AUTO_TEST_CASE(a_receipt_whose_sids_disagree_names_no_account_and_loses_nothing)
{
    BOOST_CHECK_EQUAL(parsed("AccountSid=AC1").account_sid, "AC1");
    const auto callback = parsed("AccountSid=AC1&SmsSid=SM00000000000000000000000000000002");
    BOOST_CHECK_EQUAL(callback.account_sid, "");
    BOOST_CHECK(json::parse(callback.extra_json) ==
                json::value({{"AccountSid", "AC1"}, {"SmsSid", "SM00000000000000000000000000000002"}}));
}

BOOST_AUTO_TEST_CASE(an_unknown_status_passes_as_received)
{
    const auto callback = std::get<db::Receipt>(parse("MessageSid=SM1&MessageStatus=Teleported"));
    BOOST_CHECK_EQUAL(callback.status, "Teleported");
}

BOOST_AUTO_TEST_CASE(the_message_id_is_a_positive_number_in_decimal_digits)
{
    const std::string body(required);
    BOOST_CHECK_EQUAL(reason(body, "1"), "none");
    for (const char* id : {"", "0", "-1", "+1", " 1", "1 ", "1x", "0x1", "9223372036854775808"})
        BOOST_CHECK_EQUAL(reason(body, id), "The message id in the URL is not a positive number.");
}

BOOST_AUTO_TEST_CASE(a_receipt_without_sid_or_status_is_malformed)
{
    BOOST_CHECK_EQUAL(reason("MessageStatus=sent"), "MessageSid is missing.");
    BOOST_CHECK_EQUAL(reason("MessageSid=&SmsSid=&MessageStatus=sent"), "MessageSid is missing.");
    BOOST_CHECK_EQUAL(reason("MessageSid=SM1"), "MessageStatus is missing.");
    BOOST_CHECK_EQUAL(reason(""), "MessageSid is missing.");
}

BOOST_AUTO_TEST_CASE(what_is_too_long_for_its_column_is_malformed)
{
    const std::string fits(64, 'x');
    const std::string too_long(65, 'x');
    BOOST_CHECK_EQUAL(
        reason("MessageSid=" + fits + "&MessageStatus=" + fits + "&AccountSid=" + fits + "&RawDlrDoneDate=" + fits),
        "none");
    BOOST_CHECK_EQUAL(reason("MessageSid=" + too_long + "&MessageStatus=sent"), "MessageSid is longer than 64 bytes.");
    BOOST_CHECK_EQUAL(reason("MessageSid=SM1&MessageStatus=" + too_long), "MessageStatus is longer than 64 bytes.");
    for (const std::string name : {"AccountSid", "RawDlrDoneDate"})
        BOOST_CHECK_EQUAL(reason(std::string(required) + name + "=" + too_long), name + " is longer than 64 bytes.");
}

BOOST_AUTO_TEST_CASE(an_idempotency_token_that_is_too_long_is_left_out)
{
    const auto outcome = parse(std::string(required), "17", std::string(65, 'x'));
    BOOST_CHECK_EQUAL(std::get<db::Receipt>(outcome).idempotency_token, "");
}

BOOST_AUTO_TEST_CASE(an_error_code_that_is_no_number_is_kept_among_the_rest)
{
    BOOST_CHECK(parsed("ErrorCode=2147483647").error_code == 2147483647);
    BOOST_CHECK_EQUAL(parsed("ErrorCode=30003").extra_json, "");
    for (const std::string text : {"0", "-1", "30003x", "2147483648", "EC30003"}) {
        BOOST_CHECK(!parsed("ErrorCode=" + text).error_code);
        BOOST_CHECK(extra("ErrorCode=" + text).at("ErrorCode") == json::value(text));
    }
}

BOOST_AUTO_TEST_CASE(what_differs_from_its_column_is_kept_among_the_rest)
{
    BOOST_CHECK(extra("SmsSid=SM2&SmsStatus=queued") == json::value({{"SmsSid", "SM2"}, {"SmsStatus", "queued"}}));
    BOOST_CHECK(extra("MessageSid=SM2&ErrorCode=1&ErrorCode=2") ==
                json::value({{"MessageSid", "SM2"}, {"ErrorCode", "2"}}));
}

BOOST_AUTO_TEST_CASE(repeated_parameters_become_an_array_in_the_order_received)
{
    BOOST_CHECK(extra("X=2&Y=1&X=1&X=2") == json::value({{"X", {"2", "1", "2"}}, {"Y", "1"}}));
}

BOOST_AUTO_TEST_CASE(text_that_postgresql_cannot_hold_is_replaced)
{
    const auto callback =
        std::get<db::Receipt>(parse("MessageSid=S%00M&MessageStatus=%ff&AccountSid=%C3&RawDlrDoneDate=%ED%A0%80"));
    BOOST_CHECK_EQUAL(callback.message_sid, "S\uFFFDM");
    BOOST_CHECK_EQUAL(callback.status, "\uFFFD");
    BOOST_CHECK_EQUAL(callback.account_sid, ""); // the SID is no SID
    BOOST_CHECK_EQUAL(callback.raw_dlr_done_date, "\uFFFD\uFFFD\uFFFD");
    BOOST_CHECK(extra("A%00=%00%22%5C%0A%E2%82%AC%C0") == json::value({{"A\uFFFD", "\uFFFD\"\\\n€\uFFFD"}}));
}

BOOST_AUTO_TEST_CASE(a_long_value_is_kept_whole)
{
    BOOST_CHECK_EQUAL(extra("X=" + std::string(60'000, 'x')).at("X").as_string().size(), 60'000);
}

BOOST_AUTO_TEST_SUITE_END()
