#include "server/access/principal.hpp"

#include <utility>

namespace waybill::access
{

namespace
{

constexpr std::chrono::minutes verified_again{1};
constexpr std::chrono::minutes patience_without_database{15};

} // namespace

bool is_fresh(const Verified& verified, std::int64_t version, Clock::time_point now)
{
    return verified.version == version && now - verified.at < verified_again && now < verified.ends_at;
}

bool holds_without_database(const Verified& verified, Clock::time_point now, bool for_operators)
{
    if (!verified.principal || now >= verified.ends_at) return false;
    return for_operators || now - verified.at < patience_without_database;
}

const Verified* CredentialCache::find(const TokenHash& token) const
{
    const auto found = entries_.find(token);
    return found == entries_.end() ? nullptr : &found->second;
}

void CredentialCache::store(const TokenHash& token, Verified verified)
{
    if (entries_.size() >= max_size) entries_.clear();
    entries_.insert_or_assign(token, std::move(verified));
}

} // namespace waybill::access
