#pragma once

#include "server/access/principal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

namespace waybill::access
{

// Holds keys to their requests per minute. A key that has been quiet may make a sixth of them in one burst.
class RequestRates
{
public:
    using Clock = std::chrono::steady_clock;

    // Counts a request of the principal. Nothing: welcome; otherwise how long to wait, from one second on.
    std::optional<std::chrono::seconds> wait_of(const Principal& principal, Clock::time_point now);

private:
    struct Bucket
    {
        double requests = 0; // that may be made at that time
        Clock::time_point at;
    };
    std::unordered_map<std::string, Bucket> buckets_; // by the names of principals that have a limit
};

} // namespace waybill::access
