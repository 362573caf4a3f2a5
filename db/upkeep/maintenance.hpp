#pragma once

#include "config/background_task.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

class Statement;

struct Pruned
{
    std::vector<std::string> months; // the tables that were dropped as a whole
    std::int64_t entries = 0;        // of the history, deleted one by one beside them
    std::int64_t strays = 0;         // stray receipts deleted
};

// Creates the partitions of the history months ahead and drops old history by the month. Forgets idempotency keys after
// their day, and folds the lanes of quiet campaigns. Messages keep their statuses and campaigns their counters,
// whatever is dropped.
class Maintenance
{
public:
    // retention_days: the history of messages older than that is dropped; 0: never.
    Maintenance(asio::any_io_executor executor, Database& database, int retention_days);

    config::BackgroundTask task(); // once a day, the first time at the start

    asio::awaitable<void> make_partitions(Time now);

    // Drops the history of messages created before that time, and stray receipts that came before it: whole months in
    // one go, the rest in bounded transactions, so that no receipt waits long.
    asio::awaitable<Pruned> prune(Time before);

    // Idempotency keys are good for a day. Returns how many were older.
    asio::awaitable<std::int64_t> forget_keys(Time now);

    // Campaigns that have had no receipt for an hour are counted in one row again instead of several lanes: readers of
    // many campaigns find less to add up. Returns how many these were.
    asio::awaitable<std::int64_t> fold_lanes(Time now);

private:
    asio::awaitable<config::Wakeup::Time> maintain();
    asio::awaitable<bool> try_to_maintain(Time now);
    asio::awaitable<std::vector<std::string>> drop_months(Time before);
    asio::awaitable<std::int64_t> delete_rows(Statement statement, Time before);
    asio::awaitable<std::int64_t> delete_some(Statement statement, Time before);
    asio::awaitable<std::vector<std::int64_t>> quiet_campaigns(Time before, std::int64_t above);
    asio::awaitable<void> fold(std::int64_t campaign);

    asio::any_io_executor executor_;
    Database& database_;
    std::optional<std::chrono::days> retention_;
    std::string problem_; // the error of the last attempt; empty: it went well
    bool stopping_ = false;
};

} // namespace waybill::db
