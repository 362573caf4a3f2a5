#include "server/twilio/account_check.hpp"

#include "server/twilio/reply_body.hpp"

namespace waybill::twilio
{
namespace
{

constexpr int test_credentials = 20008;

std::string network_advice(http::FailedAt failed_at)
{
    switch (failed_at) {
    case http::FailedAt::lookup:
        return "Check TWILIO_API_BASE_URL and this machine's name resolution.";
    case http::FailedAt::connect:
        return "Check TWILIO_API_BASE_URL, and that no firewall blocks connections to it.";
    case http::FailedAt::handshake:
        return "Check TWILIO_API_BASE_URL, this machine's clock and its trusted certificates (package "
               "ca-certificates).";
    case http::FailedAt::request:
        return "Check TWILIO_ACCOUNT_SID and the credentials for stray characters.";
    case http::FailedAt::queue:
    case http::FailedAt::exchange:
        break;
    }
    return "Check the network and try again.";
}

std::string network_fault(const http::ClientFailure& failure, const config::TwilioSettings& settings)
{
    return "Twilio was not reached at " + settings.api_base_url + ": " + failure.reason + ". " +
           network_advice(failure.failed_at);
}

std::string status_fault(int status)
{
    const std::string fact = "Twilio answered with HTTP status " + std::to_string(status);
    if (status == 429) return fact + ": too many requests at the same time. Try again in a minute.";
    if (status >= 500) return fact + ": it has a problem of its own. Try again later; see status.twilio.com.";
    return fact + ", which Twilio never does. Check TWILIO_API_BASE_URL.";
}

std::optional<std::string> account_state_fault(const ReplyBody& body)
{
    if (body.text("sid").empty())
        return "What answered is not Twilio: the reply describes no account. Check TWILIO_API_BASE_URL.";
    const std::string state = body.text("status");
    if (state.empty() || state == "active") return std::nullopt;
    return "The Twilio account is " + state +
           ". Check its balance and its status in the Twilio Console; nothing is sent until it is active.";
}

std::string forbidden(const ReplyBody& body)
{
    if (body.integer("code") == test_credentials)
        return "These are Twilio's test credentials: no message is delivered and no receipt comes. Set the live "
               "Account "
               "SID and Auth Token.";
    return "Twilio forbids access to the account (403). Check its status in the Twilio Console.";
}

} // namespace

std::optional<std::string> account_fault(const http::ClientResult& result, const config::TwilioSettings& settings)
{
    if (const auto* failure = std::get_if<http::ClientFailure>(&result)) return network_fault(*failure, settings);
    const auto& response = std::get<http::ClientResponse>(result);
    const ReplyBody body(response.body);
    switch (response.status) {
    case 200:
        return account_state_fault(body);
    case 401:
        return "Twilio refused the Account SID and Auth Token (401). Copy both again from the Twilio Console into "
               "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; they must belong to the region of TWILIO_API_BASE_URL.";
    case 403:
        return forbidden(body);
    case 404:
        return "Twilio does not know this account (404). Check TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL.";
    default:
        return status_fault(response.status);
    }
}

std::optional<std::string> api_key_fault(const http::ClientResult& result, const config::TwilioSettings& settings)
{
    if (const auto* failure = std::get_if<http::ClientFailure>(&result)) return network_fault(*failure, settings);
    const int status = std::get<http::ClientResponse>(result).status;
    if (status == 401)
        return "Twilio refused the API key (401). Check TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET: the key must "
               "exist in this account and in the region of TWILIO_API_BASE_URL.";
    if (status == 200 || status == 403) return std::nullopt;
    return status_fault(status);
}

} // namespace waybill::twilio
