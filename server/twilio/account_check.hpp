#pragma once

#include "config/settings.hpp"
#include "server/http/client/client.hpp"

#include <optional>
#include <string>

namespace waybill::twilio
{

// What the reply to a fetch of the account says about the credentials: empty when they work, else what is wrong and
// what to do. Never a token.
std::optional<std::string> account_fault(const http::ClientResult& result, const config::TwilioSettings& settings);

// The same for the API key, from the reply to a list of messages. A key may lack the right to list and still send.
std::optional<std::string> api_key_fault(const http::ClientResult& result, const config::TwilioSettings& settings);

} // namespace waybill::twilio
