#pragma once

#include "config/background_task.hpp"
#include "db/campaigns/campaigns.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/replica.hpp"
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

// What became of the campaigns that started on a day and of the single messages created on it.
struct DayFigures
{
    std::chrono::sys_days day;
    std::int64_t campaigns = 0, simulated_campaigns = 0;
    std::int64_t messages = 0, pending = 0, unknown = 0, queued = 0, sent = 0, delivered = 0, undelivered = 0,
                 failed = 0, canceled = 0;
    std::int64_t accepted = 0;
    std::int64_t cost = 0; // 1/10 000 USD
    std::int64_t replies = 0, opt_outs = 0;
};

struct Overview
{
    std::vector<DayFigures> days;   // in order; those without any message are left out
    std::vector<ErrorCount> errors; // of them all, most first
};

// What was reported about a campaign's messages during one bucket, which begins at `at`.
struct TimelinePoint
{
    Time at;
    std::int64_t accepted = 0, sent = 0, delivered = 0, undelivered = 0, failed = 0;
};

struct LagBucket
{
    double seconds = 0; // it took less
    std::int64_t count = 0;
};

struct Timeline
{
    std::chrono::seconds bucket{1};
    bool estimated = false;             // from a sample
    std::vector<TimelinePoint> points;  // in order, at most 120; those without anything are left out
    std::optional<TimelinePoint> later; // stragglers, long after all others; `at`: the first of them
    std::vector<LagBucket> lag;         // from the claim of a message to the receipt of its delivery
};

// The figures of the views in the schema `report`. Throws Abandoned when the caller leaves.
class Reports
{
public:
    // What takes longer is read from `bulk`.
    Reports(Database& database, Reads usual, Reads bulk) : database_(database), usual_(usual), bulk_(bulk) {}
    Reports(Database& database, Database& bulk) : Reports(database, Reads(database), Reads(bulk)) {}

    // Days of a zone that PostgreSQL knows, both included.
    asio::awaitable<Overview> overview(std::chrono::sys_days from, std::chrono::sys_days to, std::string zone = "UTC",
                                       CallerLeft caller = nullptr);

    // Empty: there is no such zone. A zone that `was_found` before is not looked up again.
    asio::awaitable<std::optional<std::chrono::sys_days>> today_in(std::string zone, bool was_found = false);

    // Exact up to 20 000 messages; of a larger campaign that many are read, evenly spread, so that it takes no longer.
    asio::awaitable<std::optional<Timeline>> timeline(std::string public_id, CallerLeft caller = nullptr);

private:
    Database& database_;
    Reads usual_;
    Reads bulk_;
};

// Folds what single messages have moved (single_moves in the schema) into single_figures every few seconds, so that
// reports have little to add up. The figures are right whether it runs or not.
class SingleFigures
{
public:
    SingleFigures(asio::any_io_executor executor, Database& database) : executor_(executor), database_(database) {}

    config::BackgroundTask task();

    asio::awaitable<void> fold();

private:
    asio::any_io_executor executor_;
    Database& database_;
};

} // namespace waybill::db
