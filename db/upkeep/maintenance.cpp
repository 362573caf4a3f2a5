#include "db/upkeep/maintenance.hpp"

#include "config/repeated_lines.hpp"
#include "db/postgres/rows.hpp"
#include "db/types/types.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill::db
{

using config::log;
using config::LogLevel;

namespace
{

constexpr int months_ahead = 4; // including the current one
constexpr int max_rows = 10'000;
constexpr std::chrono::hours interval{24};
constexpr std::chrono::hours key_lifetime{24};
constexpr std::chrono::hours quiet_time{1};
constexpr int max_campaigns = 1'000;
constexpr std::chrono::seconds retry_interval{5};

std::string date_of(Time time)
{
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return std::to_string(int(date.year())) + "-" + std::to_string(unsigned(date.month())) + "-" +
           std::to_string(unsigned(date.day()));
}

} // namespace

Maintenance::Maintenance(asio::any_io_executor executor, Database& database, int retention_days)
    : executor_(executor), database_(database)
{
    if (retention_days > 0) retention_ = std::chrono::days(retention_days);
}

config::BackgroundTask Maintenance::task()
{
    config::BackgroundTask task = config::repeat("maintenance", executor_, [this] { return maintain(); });
    task.stop = [this, stop = std::move(task.stop)] {
        stopping_ = true;
        stop();
    };
    task.problem = [this] { return problem_; };
    return task;
}

asio::awaitable<config::Wakeup::Time> Maintenance::maintain()
{
    const bool done = co_await try_to_maintain(std::chrono::system_clock::now());
    if (done) problem_.clear();
    const std::chrono::seconds pause = done ? interval : retry_interval;
    co_return std::chrono::steady_clock::now() + pause;
}

asio::awaitable<void> Maintenance::make_partitions(Time now)
{
    return database_.transact(
        [date = date_of(now)](Transaction& tx) { tx.exec("create_partitions", date, months_ahead); });
}

asio::awaitable<Pruned> Maintenance::prune(Time before)
{
    Pruned pruned;
    pruned.months = co_await drop_months(before);
    pruned.entries = co_await delete_rows("delete_history", before);
    pruned.strays = co_await delete_rows("delete_strays", before);
    co_return pruned;
}

asio::awaitable<std::int64_t> Maintenance::forget_keys(Time now)
{
    return delete_rows("delete_keys", now - key_lifetime);
}

asio::awaitable<std::int64_t> Maintenance::fold_lanes(Time now)
{
    std::int64_t folded = 0;
    std::vector<std::int64_t> campaigns = co_await quiet_campaigns(now - quiet_time, 0);
    while (!campaigns.empty()) {
        for (const std::int64_t campaign : campaigns) {
            if (stopping_) co_return folded;
            co_await fold(campaign);
            ++folded;
        }
        campaigns = co_await quiet_campaigns(now - quiet_time, campaigns.back());
    }
    co_return folded;
}

asio::awaitable<std::vector<std::int64_t>> Maintenance::quiet_campaigns(Time before, std::int64_t above)
{
    return database_.transact([before, above](Transaction& tx) {
        return read_column<std::int64_t>(tx.exec("quiet_campaigns", micros(before), max_campaigns, above));
    });
}

// One campaign per transaction, so that a receipt waits for one at most.
asio::awaitable<void> Maintenance::fold(std::int64_t campaign)
{
    return database_.transact([campaign](Transaction& tx) { tx.exec("fold_lanes", campaign); });
}

asio::awaitable<std::vector<std::string>> Maintenance::drop_months(Time before)
{
    return database_.transact(
        [before](Transaction& tx) { return read_column<std::string>(tx.exec("drop_partitions", micros(before))); });
}

asio::awaitable<std::int64_t> Maintenance::delete_rows(Statement statement, Time before)
{
    std::int64_t deleted = 0;
    std::int64_t last = max_rows;
    while (last == max_rows && !stopping_) {
        last = co_await delete_some(statement, before);
        deleted += last;
    }
    co_return deleted;
}

asio::awaitable<std::int64_t> Maintenance::delete_some(Statement statement, Time before)
{
    return database_.transact([statement, before](Transaction& tx) {
        return static_cast<std::int64_t>(tx.exec(statement, micros(before), max_rows).affected_rows());
    });
}

// False when it should be tried again soon.
asio::awaitable<bool> Maintenance::try_to_maintain(Time now)
{
    try {
        co_await make_partitions(now);
        co_await forget_keys(now);
        co_await delete_rows("delete_scheduled_rows", now);
        co_await fold_lanes(now);
        if (!retention_) co_return true;
        const Pruned pruned = co_await prune(std::chrono::floor<std::chrono::days>(now) - *retention_);
        log(LogLevel::info, "receipts.pruned",
            {{"months", pruned.months.size()}, {"entries", pruned.entries}, {"stray_receipts", pruned.strays}});
        co_return true;
    }
    catch (const std::exception& error) {
        const bool is_away = dynamic_cast<const Unavailable*>(&error) != nullptr;
        problem_ = is_away ? "" : error.what(); // DatabaseWatch knows when it is away
        config::log_repeated(LogLevel::warning, "database.maintenance_failed",
                             {{"error", error.what()},
                              {"advice", "remove the cause that the error names; Waybill retries every five seconds"}});
    }
    co_return false;
}

} // namespace waybill::db
