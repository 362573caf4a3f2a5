#include "server/access/shares.hpp"

#include "server/http/refusal.hpp"

#include <utility>

namespace waybill::access
{

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
