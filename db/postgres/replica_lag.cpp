#include "db/postgres/replica_lag.hpp"

namespace waybill::db
{

namespace
{

constexpr std::size_t max_places = 600;
constexpr std::chrono::seconds max_lag{5};

} // namespace

std::string_view name_of(ReplicaState state)
{
    switch (state) {
    case ReplicaState::unknown:
        return "unknown";
    case ReplicaState::following:
        return "following";
    case ReplicaState::behind:
        return "behind";
    case ReplicaState::away:
        return "away";
    case ReplicaState::unfit:
        return "unfit";
    }
    return "";
}

// A primary whose WAL ends earlier than before is another one.
void PrimaryPlaces::add(Time at, WalPlace place)
{
    if (!places_.empty() && place < places_.back().second) places_.clear();
    places_.emplace_back(at, place);
    if (places_.size() > max_places) places_.pop_front();
}

std::optional<std::chrono::milliseconds> PrimaryPlaces::age_of(WalPlace replayed, Time now) const
{
    if (places_.empty()) return std::nullopt;
    Time reached = places_.front().first;
    for (const auto& [at, place] : places_)
        if (place <= replayed) reached = at;
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - reached);
}

ReplicaState judge_replica(const PrimaryLook& primary, const ReplicaLook& replica, WalPlace before,
                           std::chrono::milliseconds lag)
{
    if (!replica.is_standby || replica.identity != primary.identity || before > primary.place)
        return ReplicaState::unfit;
    return lag > max_lag ? ReplicaState::behind : ReplicaState::following;
}

std::string describe_problem(ReplicaState state, std::optional<std::chrono::milliseconds> lag)
{
    const std::string primary = "; reports are read from the primary meanwhile";
    switch (state) {
    case ReplicaState::unknown:
    case ReplicaState::following:
        return {};
    case ReplicaState::behind:
        return "The replica of READ_DATABASE_URL is " +
               std::to_string(std::chrono::round<std::chrono::seconds>(lag.value_or(max_lag)).count()) +
               " seconds behind; check its load, its disk and its network" + primary;
    case ReplicaState::away:
        return "The replica of READ_DATABASE_URL does not answer; check it and READ_DATABASE_URL" + primary;
    case ReplicaState::unfit:
        return "READ_DATABASE_URL does not lead to a standby that follows the primary of DATABASE_URL; correct it, or "
               "build that standby anew" +
               primary;
    }
    return {};
}

} // namespace waybill::db
