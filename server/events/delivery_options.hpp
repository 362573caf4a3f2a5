#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace waybill::events
{

struct DeliveryOptions
{
    // What passes between a failed attempt and the next one; after the last of them the endpoint is disabled.
    std::vector<std::chrono::milliseconds> retries{
        std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30), std::chrono::hours(2),
        std::chrono::hours(5),   std::chrono::hours(10),  std::chrono::hours(10)};
    std::chrono::milliseconds answer_deadline{15'000};
    int max_in_flight = 50;                  // of one endpoint
    int max_failures_in_row = 50;            // beyond it, new events wait for a success, tried one at a time
    std::chrono::milliseconds lease{10'000}; // of an endpoint; another process takes over when it has run out
    std::chrono::milliseconds poll{250};     // before new events are looked for again when there were none
    bool allows_private = false;             // addresses, and http://
    int retention_days = 30;                 // events are kept for that long
    std::string user_agent;
};

} // namespace waybill::events
