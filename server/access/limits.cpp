#include "server/access/limits.hpp"

#include "server/http/refusal.hpp"

#include <algorithm>
#include <utility>

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

Shares::Shares(std::size_t all, std::size_t each, std::string things)
    : each_(each), things_(std::move(things)), shares_(std::make_shared<http::RequestShares>(all, each))
{
}

std::shared_ptr<void> Shares::take(const std::string& principal) const
{
    const auto verdict = shares_->enter(principal);
    if (verdict == http::RequestShares::Verdict::welcome)
        return {nullptr, [shares = shares_, principal](void*) { shares->leave(principal); }};
    if (verdict == http::RequestShares::Verdict::full)
        throw http::unavailable("Too many " + things_ + " are under way; try again in a few seconds");
    throw http::Refusal(429, "At most " + std::to_string(each_) + " " + things_ +
                                 " of one user or key may be under way at the same time; try again in a few seconds")
        .with_header("Retry-After", "5");
}

} // namespace waybill::access
