#pragma once

#include "db/requests/budgets.hpp"
#include "server/sending/sender_types.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace waybill::sending
{

// How messages are sent. The dispatcher's parts read the same options.
struct DispatcherOptions
{
    std::string public_base_url;    // of the StatusCallback: URL/webhooks/twilio/status/{message id}
    std::string callback_overrides; // Twilio's connection overrides, appended to the callback URL after a #
    SenderRates rates;
    std::optional<db::DayBudget> day_budget;
    int max_in_flight = 50;
    std::chrono::seconds lease{120};               // exceeds the time that any exchange with Twilio can take
    std::chrono::milliseconds horizon{250};        // messages are claimed this long before they may leave
    std::chrono::milliseconds poll{500};           // the longest pause between two claims
    std::chrono::milliseconds permit_lasts{50};    // an older permit to leave is renewed
    std::chrono::milliseconds probe_after{60'000}; // the first probe after a fault; then twice, five and ten times that
};

} // namespace waybill::sending
