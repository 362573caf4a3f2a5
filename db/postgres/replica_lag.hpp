#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

// How far a standby is behind its primary, and whether it may be read: values, without PostgreSQL.
namespace waybill::db
{

using WalPlace = std::int64_t; // bytes from the beginning of the WAL

struct PrimaryLook
{
    std::string identity; // of the database
    WalPlace place = 0;   // what was committed before the look lies below it
};

struct ReplicaLook
{
    std::string identity;
    bool is_standby = false;
    WalPlace place = 0; // up to which it has replayed
};

enum class ReplicaState
{
    unknown, // not looked at yet
    following,
    behind,
    away,
    unfit // no standby, or of another database
};

std::string_view name_of(ReplicaState state);

// Looks at the primary, and how old the newest one is that a standby has reached.
class PrimaryPlaces
{
public:
    using Time = std::chrono::steady_clock::time_point;

    void add(Time at, WalPlace place);

    // At most: it lies between this look and the next one. Empty: nothing was added.
    std::optional<std::chrono::milliseconds> age_of(WalPlace replayed, Time now) const;

private:
    std::deque<std::pair<Time, WalPlace>> places_; // one a second; beyond ten minutes, the lag is at least that
};

// `before`: how far the standby had replayed when it was last looked at. One that has more than the primary follows
// another one.
ReplicaState judge_replica(const PrimaryLook& primary, const ReplicaLook& replica, WalPlace before,
                           std::chrono::milliseconds lag);

// What is wrong and what to do, in one sentence; empty while it follows, or was not looked at yet.
std::string describe_problem(ReplicaState state, std::optional<std::chrono::milliseconds> lag);

} // namespace waybill::db
