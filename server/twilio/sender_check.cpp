#include "server/twilio/sender_check.hpp"

#include "server/twilio/reply_body.hpp"
#include "webhooks/form.hpp"

namespace waybill::twilio
{

namespace
{

// https://api.dublin.ie1.twilio.com and https://messaging.dublin.ie1.twilio.com; a stand-in has one host for both.
std::string messaging_origin(std::string origin)
{
    constexpr std::string_view api_host = "://api.";
    if (const std::size_t at = origin.find(api_host); at != std::string::npos)
        origin.replace(at, api_host.size(), "://messaging.");
    return origin;
}

std::string unchecked(const SenderQuery& query, const std::string& reason)
{
    return "Waybill could not ask Twilio about " + query.sender + ": " + reason +
           ". Look it up in the Twilio Console; a sender that the account does not have is refused for every message.";
}

} // namespace

std::vector<SenderQuery> sender_queries(const config::TwilioSettings& settings)
{
    const std::string account = "/2010-04-01/Accounts/" + settings.account_sid;
    const std::string& number = settings.phone_number;
    std::vector<SenderQuery> queries;
    if (number.starts_with('+'))
        queries.push_back({number, settings.api_base_url,
                           account + "/IncomingPhoneNumbers.json?PhoneNumber=" + webhooks::form_encode(number),
                           "incoming_phone_numbers"});
    else if (!number.empty())
        queries.push_back(
            {number, settings.api_base_url, account + "/SMS/ShortCodes.json?ShortCode=" + number, "short_codes"});
    if (const std::string& service = settings.messaging_service_sid; !service.empty())
        queries.push_back({service, messaging_origin(settings.api_base_url), "/v1/Services/" + service, ""});
    return queries;
}

std::optional<std::string> sender_fault(const SenderQuery& query, const http::ClientResult& result)
{
    if (const auto* failure = std::get_if<http::ClientFailure>(&result)) return unchecked(query, failure->reason);
    const auto& response = std::get<http::ClientResponse>(result);
    const ReplyBody body(response.body);
    const bool is_known = query.list.empty() ? !body.text("sid").empty() : !body.objects(query.list).empty();
    if (response.status == 200 && is_known) return std::nullopt;
    if (response.status != 200 && response.status != 404)
        return unchecked(query, "it answered with HTTP status " + std::to_string(response.status));
    const bool is_service = query.list.empty();
    return "This Twilio account has no " +
           (is_service ? "Messaging Service " + query.sender : "number or short code " + query.sender) +
           ", so Twilio would refuse every message. Set " +
           (is_service ? "TWILIO_MESSAGING_SERVICE_SID to a service" : "TWILIO_PHONE_NUMBER to a number") +
           " that the Twilio Console lists for this account.";
}

} // namespace waybill::twilio
