#pragma once

#include "server/access/principal.hpp"
#include "server/http/server/request_shares.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
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

// How many of something may be under way at the same time: in all, and of one principal, so that none keeps the others
// out.
class Shares
{
public:
    // `things`: what they are called in a refusal, such as "exports".
    Shares(std::size_t all, std::size_t each, std::string things);

    // Throws http::Refusal: 429 when the principal has its share, 503 when all are under way. Under way for as long as
    // the result is held; it may outlive this.
    std::shared_ptr<void> take(const std::string& principal) const;

private:
    std::size_t each_;
    std::string things_;
    std::shared_ptr<http::RequestShares> shares_;
};

} // namespace waybill::access
