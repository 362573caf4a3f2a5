#pragma once

#include "config/settings.hpp"
#include "server/http/client/client.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waybill::twilio
{

// Where Twilio says whether the account has a configured sender.
struct SenderQuery
{
    std::string sender; // number, short code or Messaging Service
    std::string origin; // Messaging Services have a host of their own
    std::string target;
    std::string list; // the member of the reply that holds the sender; empty: the reply describes it
};

// One for each of TWILIO_PHONE_NUMBER and TWILIO_MESSAGING_SERVICE_SID that is set.
std::vector<SenderQuery> sender_queries(const config::TwilioSettings& settings);

// Empty when Twilio knows the sender, else one sentence or two on what is wrong and what to do.
std::optional<std::string> sender_fault(const SenderQuery& query, const http::ClientResult& result);

} // namespace waybill::twilio
