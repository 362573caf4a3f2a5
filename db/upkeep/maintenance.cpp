#include "db/upkeep/maintenance.hpp"

#include "config/log.hpp"
#include "db/postgres/statements.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace waybill::db
{

using config::log;
using config::LogLevel;

const Statement create_partitions_statement{"create_partitions", R"sql(
select create_event_partitions($1::date, $2::int))sql"};

const Statement drop_partitions_statement{"drop_partitions", R"sql(
select drop_event_partitions(timestamptz 'epoch' + $1::bigint * interval '1 second'))sql"};

const Statement delete_history_statement{"delete_history", R"sql(
delete from message_events e
 using (select message_id, fingerprint from message_events
         where message_id < message_id_at(timestamptz 'epoch' + $1::bigint * interval '1 second')
         order by message_id, fingerprint
         limit $2::int) as old
 where e.message_id = old.message_id and e.fingerprint = old.fingerprint)sql"};

const Statement delete_strays_statement{"delete_strays", R"sql(
delete from stray_receipts
 where id in (select id from stray_receipts
               where received_at < timestamptz 'epoch' + $1::bigint * interval '1 second'
               order by id
               limit $2::int))sql"};

const Statement delete_keys_statement{"delete_keys", R"sql(
delete from idempotency_keys
 where key in (select key from idempotency_keys
                where created_at < timestamptz 'epoch' + $1::bigint * interval '1 second'
                order by created_at
                limit $2::int))sql"};

namespace
{

constexpr int months_ahead = 4; // with the current one
constexpr int rows_at_once = 10'000;
constexpr std::chrono::hours interval{24};
constexpr std::chrono::hours key_lifetime{24};
constexpr std::chrono::minutes retry_interval{5};

std::int64_t unix_seconds(Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string date_of(Time time)
{
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return std::to_string(int(date.year())) + "-" + std::to_string(unsigned(date.month())) + "-" +
           std::to_string(unsigned(date.day()));
}

} // namespace

Maintenance::Maintenance(asio::any_io_executor executor, Database& database, int retention_days)
    : database_(database), timer_(executor)
{
    if (retention_days > 0) retention_ = std::chrono::days(retention_days);
}

asio::awaitable<void> Maintenance::run()
{
    while (!stopping_) {
        const bool done = co_await maintain(std::chrono::system_clock::now());
        if (stopping_) break;
        if (done)
            timer_.expires_after(interval);
        else
            timer_.expires_after(retry_interval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void Maintenance::stop()
{
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> Maintenance::make_partitions(Time now)
{
    return database_.transact(
        [date = date_of(now)](Transaction& tx) { tx.exec(create_partitions_statement, date, months_ahead); });
}

asio::awaitable<Pruned> Maintenance::prune(Time before)
{
    Pruned pruned;
    pruned.months = co_await drop_months(before);
    pruned.entries = co_await delete_rows(delete_history_statement, before);
    pruned.strays = co_await delete_rows(delete_strays_statement, before);
    co_return pruned;
}

asio::awaitable<std::int64_t> Maintenance::forget_keys(Time now)
{
    return delete_rows(delete_keys_statement, now - key_lifetime);
}

asio::awaitable<std::vector<std::string>> Maintenance::drop_months(Time before)
{
    return database_.transact([before](Transaction& tx) {
        std::vector<std::string> months;
        for (const pqxx::row& row : tx.exec(drop_partitions_statement, unix_seconds(before)))
            months.push_back(row[0].as<std::string>());
        return months;
    });
}

asio::awaitable<std::int64_t> Maintenance::delete_rows(const Statement& statement, Time before)
{
    std::int64_t deleted = 0;
    std::int64_t last = rows_at_once;
    while (last == rows_at_once && !stopping_) {
        last = co_await delete_some(statement, before);
        deleted += last;
    }
    co_return deleted;
}

asio::awaitable<std::int64_t> Maintenance::delete_some(const Statement& statement, Time before)
{
    return database_.transact([&statement, before](Transaction& tx) {
        return static_cast<std::int64_t>(tx.exec(statement, unix_seconds(before), rows_at_once).affected_rows());
    });
}

// False when it is to be tried again soon.
asio::awaitable<bool> Maintenance::maintain(Time now)
{
    try {
        co_await make_partitions(now);
        co_await forget_keys(now);
        if (!retention_) co_return true;
        const Pruned pruned = co_await prune(std::chrono::floor<std::chrono::days>(now) - *retention_);
        log(LogLevel::info, "receipts.pruned",
            {{"months", pruned.months.size()}, {"entries", pruned.entries}, {"stray_receipts", pruned.strays}});
        co_return true;
    }
    catch (const std::exception& error) {
        log(LogLevel::warning, "database.maintenance_failed",
            {{"error", error.what()}, {"advice", "it is tried again in five minutes"}});
    }
    co_return false;
}

} // namespace waybill::db
