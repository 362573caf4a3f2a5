#include "server/access/request_rates.hpp"

#include <algorithm>

namespace waybill::access
{

namespace
{

constexpr double burst_seconds = 10;

} // namespace

std::optional<std::chrono::seconds> RequestRates::wait_of(const Principal& principal, Clock::time_point now)
{
    if (!principal.limits.requests_per_minute) return std::nullopt;
    const double per_second = *principal.limits.requests_per_minute / 60.0;
    const double burst = std::max(1.0, per_second * burst_seconds);
    const auto [found, is_new] = buckets_.try_emplace(principal.name, Bucket{burst, now});
    Bucket& bucket = found->second;
    const std::chrono::duration<double> passed = now - bucket.at;
    bucket.requests = std::min(burst, bucket.requests + passed.count() * per_second);
    bucket.at = now;
    if (bucket.requests >= 1) {
        bucket.requests -= 1;
        return std::nullopt;
    }
    const std::chrono::duration<double> wait((1 - bucket.requests) / per_second);
    return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
}

} // namespace waybill::access
