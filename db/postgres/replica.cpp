#include "db/postgres/replica.hpp"

#include "config/log.hpp"
#include "config/repeated_lines.hpp"
#include "db/postgres/transaction.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace waybill::db
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;

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

namespace
{

constexpr std::chrono::seconds looks_every{1};
constexpr std::chrono::seconds time_to_catch_up{1};
constexpr std::chrono::milliseconds between_attempts{20};
constexpr std::chrono::milliseconds max_probe_statement{2'000};
constexpr std::chrono::milliseconds max_probe{3'000};

DatabaseOptions probe_options(DatabaseOptions options)
{
    options.threads = 1;
    options.statement_timeout = max_probe_statement;
    options.job_deadline = max_probe;
    return options;
}

PrimaryLook look_at_primary(Transaction& tx)
{
    const pqxx::row row = tx.exec("primary_place").at(0);
    return {row["identity"].as<std::string>(""), row["place"].as<WalPlace>()};
}

ReplicaLook look_at_replica(Transaction& tx)
{
    const pqxx::row row = tx.exec("look_at_replica").at(0);
    return {row["identity"].as<std::string>(""), row["in_recovery"].as<bool>(), row["place"].as<WalPlace>(0)};
}

} // namespace

Replica::Replica(asio::any_io_executor executor, Database& primary, DatabaseOptions options, std::string description)
    : executor_(executor),
      primary_(primary),
      database_(options),
      probe_(probe_options(std::move(options))),
      description_(std::move(description)),
      wakeup_(std::make_shared<config::Wakeup>(executor))
{
}

config::BackgroundTask Replica::task()
{
    return config::repeat("replica", wakeup_, [this] { return look(); });
}

asio::awaitable<config::Wakeup::Time> Replica::look()
{
    const auto begun = steady_clock::now();
    std::optional<PrimaryLook> primary = co_await ask_primary();
    if (!primary) {
        state_ = ReplicaState::unknown;
        co_return begun + looks_every;
    }
    places_.add(begun, primary->place);
    try {
        co_await compare_with(*primary);
    }
    catch (const std::exception& error) {
        become(ReplicaState::away, error.what());
    }
    co_return steady_clock::now() + looks_every;
}

// Nothing: it is away, which DatabaseWatch logs.
asio::awaitable<std::optional<PrimaryLook>> Replica::ask_primary()
{
    try {
        co_return co_await primary_.autocommit(look_at_primary);
    }
    catch (const std::exception&) {
    }
    co_return std::nullopt;
}

asio::awaitable<void> Replica::compare_with(const PrimaryLook& primary)
{
    const ReplicaLook replica = co_await probe_.autocommit(look_at_replica);
    lag_ = places_.age_of(replica.place, steady_clock::now());
    become(judge_replica(primary, replica, std::exchange(replayed_, replica.place), lag_.value()), "");
}

void Replica::become(ReplicaState state, const char* reason)
{
    state_ = state;
    if (std::exchange(logged_, state) == state) return;
    if (state == ReplicaState::following)
        log(LogLevel::info, "replica.following", {{"database", description_}});
    else
        log(LogLevel::warning, "replica.not_read",
            {{"database", description_}, {"state", name_of(state)}, {"error", reason}, {"advice", problem()}});
}

asio::awaitable<bool> Replica::read(std::shared_ptr<WalPlace> since, CallerLeft caller, Work work)
{
    bool is_read = false;
    if (state_ == ReplicaState::following) {
        if (*since == 0) {
            const PrimaryLook primary = co_await primary_.autocommit(look_at_primary);
            *since = primary.place;
        }
        auto reading = read_in_time(*since, std::move(caller), std::move(work));
        is_read = co_await std::move(reading);
    }
    ++(is_read ? counters_.from_replica : counters_.from_primary);
    co_return is_read;
}

asio::awaitable<bool> Replica::read_in_time(WalPlace since, CallerLeft caller, Work work)
{
    const auto until = steady_clock::now() + time_to_catch_up;
    while (true) {
        auto trying = try_to_read(since, caller, work);
        const Attempt attempt = co_await std::move(trying);
        if (attempt != Attempt::behind || steady_clock::now() >= until) co_return attempt == Attempt::done;
        asio::steady_timer pause(executor_, between_attempts);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// Each statement is one of its own: nothing can fail after the last one, when the work has its result.
asio::awaitable<Replica::Attempt> Replica::try_to_read(WalPlace since, CallerLeft caller, Work work)
{
    auto job = [since, work = std::move(work)](Transaction& tx) {
        if (!tx.exec("has_replayed", since).at(0)[0].as<bool>()) return Attempt::behind;
        work(tx);
        return Attempt::done;
    };
    try {
        auto reading = database_.autocommit_for(std::move(caller), std::move(job));
        co_return co_await std::move(reading);
    }
    catch (const Abandoned&) {
        throw;
    }
    catch (const DataError&) {
        throw;
    }
    catch (const std::exception& error) { // it is away, or replaying what the primary did cancelled the statement
        config::log_repeated(LogLevel::warning, "replica.read_failed",
                             {{"error", error.what()}, {"advice", "the primary was read instead"}});
    }
    state_ = ReplicaState::unknown; // until it was looked at again
    wakeup_->wake();
    co_return Attempt::failed;
}

} // namespace waybill::db
