#include "server/api/messages/messages.hpp"
#include "server/http/refusal.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace waybill;
namespace json = boost::json;

namespace
{

const db::Time now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 31);

api::CampaignRules rules()
{
    api::CampaignRules rules;
    rules.default_sender = "+15005550006";
    return rules;
}

api::MessageRequest parsed(const std::string& text)
{
    return api::read_message_request(text, rules(), now);
}

http::Response refused(const std::string& text)
{
    try {
        api::read_message_request(text, rules(), now);
    }
    catch (const http::Refusal& refusal) {
        return refusal.response();
    }
    return {};
}

// `field: message` of each fault.
std::string faults(const json::object& request)
{
    const http::Response response = refused(json::serialize(request));
    BOOST_TEST(response.status == 422);
    std::string list;
    const json::value body = json::parse(response.body);
    for (const json::value& fault : body.at("detail").as_array()) {
        BOOST_TEST(fault.at("loc").at(0).as_string() == "body");
        list.append(list.empty() ? "" : "; ").append(fault.at("loc").at(1).as_string());
        list.append(": ").append(fault.at("msg").as_string());
    }
    return list;
}

json::object with(std::string_view field, json::value value)
{
    json::object request{{"to", "+15550100000"}, {"body", "Hello"}};
    request[field] = std::move(value);
    return request;
}

} // namespace

BOOST_AUTO_TEST_SUITE(message_request)

BOOST_AUTO_TEST_CASE(a_message_needs_a_recipient_and_a_text)
{
    const auto request = parsed(R"({"to": " (555) 010-0000", "body": "Hello {name}"})");
    BOOST_TEST(request.recipient == "+15550100000");
    BOOST_TEST(request.body == "Hello {name}");
    BOOST_TEST(request.sender == "+15005550006");
    BOOST_TEST(request.segments == 1);
    BOOST_TEST(!request.send_at.has_value());
}

BOOST_AUTO_TEST_CASE(sender_and_time_may_be_given)
{
    const auto request = parsed(
        R"({"to": "+15550100000", "body": "x", "from": "+1 555 010 9999", "sendAt": "2026-04-01T02:00:00+02:00"})");
    BOOST_TEST(request.sender == "+15550109999");
    BOOST_TEST((request.send_at == now + std::chrono::days(1)));
    BOOST_TEST(!parsed(R"({"to": "+15550100000", "body": "x", "from": null, "sendAt": null})").send_at.has_value());
}

BOOST_AUTO_TEST_CASE(segments_are_counted)
{
    BOOST_TEST(parsed(json::serialize(with("body", json::string(161, 'x')))).segments == 2);
    BOOST_TEST(parsed(json::serialize(with("body", "\U0001F355"))).segments == 1);
    BOOST_TEST(parsed(json::serialize(with("body", json::string(1600, 'x')))).segments == 11);
}

BOOST_AUTO_TEST_CASE(every_faulty_field_is_named_at_once)
{
    BOOST_TEST(faults(json::object{}) == "to: Field required; body: Field required");
    BOOST_TEST(faults({{"to", 15550100000}, {"body", json::array{}}, {"from", true}, {"sendAt", 1}}) ==
               "to: must be a string; body: must be a string; from: must be a string; sendAt: must be a string");
    BOOST_TEST(faults({{"to", ""}, {"body", ""}}) == "to: must not be blank; body: must not be blank");
}

BOOST_AUTO_TEST_CASE(a_faulty_field_is_told_why)
{
    BOOST_TEST(faults(with("to", "12345")) == "to: Invalid phone number format: 5 digits missing");
    BOOST_TEST(faults(with("from", "MyBank")) == "from: Invalid phone number format: letters in the number");
    BOOST_TEST(faults(with("body", " \r\n")) == "body: must not be blank");
    BOOST_TEST(faults(with("body", json::string("a\0b", 3))) == "body: must be text without NUL characters");
    BOOST_TEST(faults(with("body", json::string(1601, 'x'))) ==
               "body: must have at most 1600 characters, as UTF-16 counts them; it has 1601");
    BOOST_TEST(faults(with("sendAt", "tomorrow")) == "sendAt: must be a time like 2026-03-31T12:00:00Z");
    BOOST_TEST(faults(with("sendAt", "2026-05-06T00:00:00Z")) == "sendAt: must be within 35 days");
}

BOOST_AUTO_TEST_CASE(what_is_no_json_object_is_a_bad_request)
{
    for (const char* text :
         {"", "{", "[]", "\"to\"", "to=%2B15550100000", "{\"to\": \"\xFF\"}", R"({"body": "\ud800"})"})
        BOOST_TEST(refused(text).status == 400, text);
}

BOOST_AUTO_TEST_SUITE_END()
