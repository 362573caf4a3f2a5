#include "server/twilio/client.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;

namespace
{

config::TwilioSettings settings_of(std::string number, std::string service = "")
{
    config::TwilioSettings settings;
    settings.account_sid = "AC1";
    settings.api_base_url = "https://api.dublin.ie1.twilio.com";
    settings.phone_number = std::move(number);
    settings.messaging_service_sid = std::move(service);
    return settings;
}

http::ClientResult reply(int status, std::string body = "")
{
    http::ClientResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sender_check)

BOOST_AUTO_TEST_CASE(each_configured_sender_is_asked_for_where_twilio_lists_it)
{
    const auto both = twilio::sender_queries(settings_of("+15551234567", "MG1"));
    BOOST_REQUIRE(both.size() == 2U);
    BOOST_TEST(both[0].origin == "https://api.dublin.ie1.twilio.com");
    BOOST_TEST(both[0].target == "/2010-04-01/Accounts/AC1/IncomingPhoneNumbers.json?PhoneNumber=%2B15551234567");
    BOOST_TEST(both[1].origin == "https://messaging.dublin.ie1.twilio.com");
    BOOST_TEST(both[1].target == "/v1/Services/MG1");
    BOOST_TEST(twilio::sender_queries(settings_of("72345")).at(0).target ==
               "/2010-04-01/Accounts/AC1/SMS/ShortCodes.json?ShortCode=72345");
}

BOOST_AUTO_TEST_CASE(a_sender_that_the_account_has_not_is_named_with_what_to_do)
{
    const struct
    {
        config::TwilioSettings settings;
        http::ClientResult result;
        std::string_view words; // empty: no fault
    } cases[] = {
        {settings_of("+15551234567"), reply(200, R"({"incoming_phone_numbers":[{"sid":"PN1"}]})"), ""},
        {settings_of("72345"), reply(200, R"({"short_codes":[{"sid":"SC1"}]})"), ""},
        {settings_of("", "MG1"), reply(200, R"({"sid":"MG1"})"), ""},
        {settings_of("+15551234567"), reply(200, R"({"incoming_phone_numbers":[]})"), "short code +15551234567"},
        {settings_of("72345"), reply(200, R"({"short_codes":[]})"), "Set TWILIO_PHONE_NUMBER"},
        {settings_of("", "MG1"), reply(404, R"({"code":20404})"), "Set TWILIO_MESSAGING_SERVICE_SID"},
        {settings_of("72345"), reply(403), "could not ask"},
        {settings_of("72345"), http::ClientFailure{false, "refused", http::FailedAt::connect}, "could not ask"},
    };
    for (const auto& each : cases) {
        const auto query = twilio::sender_queries(each.settings).at(0);
        const std::string fault = twilio::sender_fault(query, each.result).value_or("");
        BOOST_TEST(fault.empty() == each.words.empty(), fault);
        BOOST_TEST(fault.find(each.words) != std::string::npos, fault);
    }
}

BOOST_AUTO_TEST_SUITE_END()
