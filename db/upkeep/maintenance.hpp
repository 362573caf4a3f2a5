#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

struct Statement;

struct Pruned
{
    std::vector<std::string> months; // the tables that were dropped as a whole
    std::int64_t entries = 0;        // of the history, deleted one by one beside them
    std::int64_t strays = 0;         // stray receipts deleted
};

// Keeps the table of events in shape: months ahead are there before their first event, old ones go by the month.
// Forgets idempotency keys after their day. Messages keep their states and campaigns their counters, whatever is
// dropped.
class Maintenance
{
public:
    // retention_days: events of messages older than that are dropped; 0: never.
    Maintenance(asio::any_io_executor executor, Database& database, int retention_days);

    asio::awaitable<void> run(); // once a day, at once the first time, until stop()
    void stop();

    asio::awaitable<void> make_partitions(Time now);

    // Drops the events of messages made before that time, and stray receipts that came before it: whole months at once,
    // the rest in bounded transactions, so that no receipt waits long.
    asio::awaitable<Pruned> prune(Time before);

    // Idempotency keys are good for a day. Returns how many were older.
    asio::awaitable<std::int64_t> forget_keys(Time now);

private:
    asio::awaitable<bool> maintain(Time now);
    asio::awaitable<std::vector<std::string>> drop_months(Time before);
    asio::awaitable<std::int64_t> delete_rows(const Statement& statement, Time before);
    asio::awaitable<std::int64_t> delete_some(const Statement& statement, Time before);

    Database& database_;
    std::optional<std::chrono::days> retention_;
    asio::steady_timer timer_;
    bool stopping_ = false;
};

} // namespace waybill::db
