#pragma once

#include "db/reports/reports.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/api/contract/json.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reports as the HTTP contract shows them.
namespace waybill::api
{

std::string to_date(std::chrono::sys_days day); // 2026-03-31

struct ShownDay
{
    std::string day;
    std::int64_t campaigns = 0, messages = 0, accepted = 0, delivered = 0, undelivered = 0, failed = 0;
    Dollars cost;
};
BOOST_DESCRIBE_STRUCT(ShownDay, (), (day, campaigns, messages, accepted, delivered, undelivered, failed, cost))

struct ShownTotals
{
    std::int64_t campaigns = 0, simulated_campaigns = 0, messages = 0, pending = 0, accepted = 0, queued = 0, sent = 0,
                 delivered = 0, undelivered = 0, failed = 0, unknown = 0, canceled = 0;
    std::string delivery_rate;
    Dollars cost;
    std::int64_t replies = 0, opt_outs = 0;
};
BOOST_DESCRIBE_STRUCT(ShownTotals, (),
                      (campaigns, simulated_campaigns, messages, pending, accepted, queued, sent, delivered,
                       undelivered, failed, unknown, canceled, delivery_rate, cost, replies, opt_outs))

struct ShownOverview
{
    std::string from, to, time_zone;
    ShownTotals totals;
    std::vector<ShownErrorCount> errors;
    std::vector<ShownDay> days;
};
BOOST_DESCRIBE_STRUCT(ShownOverview, (), (from, to, time_zone, totals, errors, days))

// Every day of the period has its entry, also those without any message.
ShownOverview show(const db::Overview& overview, std::chrono::sys_days from, std::chrono::sys_days to,
                   std::string time_zone);

struct ShownPoint
{
    db::Time at;
    std::int64_t accepted = 0, sent = 0, delivered = 0, undelivered = 0, failed = 0;
};
BOOST_DESCRIBE_STRUCT(ShownPoint, (), (at, accepted, sent, delivered, undelivered, failed))

struct ShownLagBucket
{
    double seconds = 0;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ShownLagBucket, (), (seconds, count))

struct ShownTimeline
{
    std::int64_t bucket_seconds = 0;
    bool estimated = false;
    std::vector<ShownPoint> points;
    std::optional<ShownPoint> later;
    std::vector<ShownLagBucket> lag;
};
BOOST_DESCRIBE_STRUCT(ShownTimeline, (), (bucket_seconds, estimated, points, later, lag))

ShownTimeline show(const db::Timeline& timeline);

struct ShownErrorCode
{
    int code = 0;
    std::string_view concerns, meaning, advice;
};
BOOST_DESCRIBE_STRUCT(ShownErrorCode, (), (code, concerns, meaning, advice))

struct ShownErrorCodes
{
    std::vector<ShownErrorCode> errors;
};
BOOST_DESCRIBE_STRUCT(ShownErrorCodes, (), (errors))

ShownErrorCodes show_error_codes();

} // namespace waybill::api
