#pragma once

#include "config/background_task.hpp"
#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
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

// A streaming standby that is read instead of the primary while it follows closely. It never shows less than was
// committed before a read began: it is given a second to catch up, and then, or when it fails, the primary is read.
class Replica
{
public:
    using Work = std::function<void(Transaction&)>;

    struct Counters
    {
        std::uint64_t from_replica = 0, from_primary = 0; // reads
    };

    Replica(asio::any_io_executor executor, Database& primary, DatabaseOptions options, std::string description);

    config::BackgroundTask task(); // looks at it once a second

    // Runs the work there once it has what was committed when `*since` was set; sets it when it is 0. False: it cannot
    // be read now, and the work has done nothing. Throws Abandoned when the caller leaves, and DataError as the primary
    // would.
    asio::awaitable<bool> read(std::shared_ptr<WalPlace> since, CallerLeft caller, Work work);

    ReplicaState state() const { return state_; }
    std::optional<std::chrono::milliseconds> lag() const { return lag_; } // when it was last looked at
    std::string problem() const { return describe_problem(state_, lag_); }
    const Counters& counters() const { return counters_; }

private:
    enum class Attempt
    {
        done,
        behind,
        failed
    };

    asio::awaitable<config::Wakeup::Time> look();
    asio::awaitable<std::optional<PrimaryLook>> ask_primary();
    asio::awaitable<void> compare_with(const PrimaryLook& primary); // which outlives it
    asio::awaitable<bool> read_in_time(WalPlace since, CallerLeft caller, Work work);
    asio::awaitable<Attempt> try_to_read(WalPlace since, CallerLeft caller, Work work);
    void become(ReplicaState state, const char* reason);

    asio::any_io_executor executor_;
    Database& primary_;
    Database database_; // for the reads
    Database probe_;    // for the looks, so that they wait for no read
    std::string description_;
    std::shared_ptr<config::Wakeup> wakeup_;
    PrimaryPlaces places_;
    WalPlace replayed_ = 0; // when it was last looked at
    ReplicaState state_ = ReplicaState::unknown;
    ReplicaState logged_ = ReplicaState::unknown;
    std::optional<std::chrono::milliseconds> lag_;
    Counters counters_;
};

// Where reports and exports are read: from the replica if there is one that may be read, otherwise from the primary.
class Reads
{
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a database without a replica is read as it is
    Reads(Database& primary, Replica* replica = nullptr) : primary_(primary), replica_(replica) {}

    // The same for several reads: each of them sees at least what was committed before the first one.
    Reads from_now() const
    {
        Reads reads = *this;
        reads.since_ = std::make_shared<WalPlace>(0);
        return reads;
    }

    // As Database::transact_for(), for jobs that only read and change nothing outside before their last statement.
    template <class Job>
    auto transact_for(CallerLeft caller, Job job) const -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        return run(*this, std::move(caller), std::move(job));
    }

private:
    template <class Job>
    static auto run(Reads self, CallerLeft caller, Job job) -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        if (self.replica_ != nullptr) {
            using Result = std::invoke_result_t<Job&, Transaction&>;
            auto result = std::make_shared<std::optional<Result>>();
            auto since = self.since_ ? self.since_ : std::make_shared<WalPlace>(0);
            Replica::Work work = [result, job](Transaction& tx) mutable { result->emplace(job(tx)); };
            auto reading = self.replica_->read(since, caller, std::move(work));
            const bool is_read = co_await std::move(reading);
            if (is_read) co_return std::move(**result);
        }
        auto reading = self.primary_.transact_for(std::move(caller), std::move(job));
        co_return co_await std::move(reading);
    }

    Database& primary_;
    Replica* replica_;
    std::shared_ptr<WalPlace> since_; // null: each read begins anew
};

} // namespace waybill::db
