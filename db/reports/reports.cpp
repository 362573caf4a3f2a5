#include "db/reports/reports.hpp"

#include "db/postgres/rows.hpp"
#include "db/postgres/transaction.hpp"
#include "db/postgres/watch.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/describe/class.hpp>

#include <chrono>
#include <cmath>
#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(DayFigures, (),
                      (day, campaigns, simulated_campaigns, messages, pending, unknown, queued, sent, delivered,
                       undelivered, failed, canceled, accepted, cost, replies, opt_outs))
BOOST_DESCRIBE_STRUCT(ErrorCount, (), (code, count))
BOOST_DESCRIBE_STRUCT(LagBucket, (), (seconds, count))

namespace
{

constexpr std::int64_t messages_read = 20'000;
constexpr int stripes = 1'000;

TimelinePoint read_point(const pqxx::row& row, double scale)
{
    const auto count = [&](const char* name) { return std::llround(row[name].as<double>() * scale); };
    TimelinePoint point;
    const auto& beginning = row["bucket"].is_null() ? row["second"] : row["bucket"];
    point.at = Time(std::chrono::seconds(beginning.as<std::int64_t>()));
    point.accepted = count("accepted");
    point.sent = count("sent");
    point.delivered = count("delivered");
    point.undelivered = count("undelivered");
    point.failed = count("failed");
    return point;
}

void read_points(Transaction& tx, std::int64_t campaign_id, std::int64_t total, Timeline& timeline)
{
    timeline.estimated = total > messages_read;
    const int parts = timeline.estimated ? stripes : 1;
    for (const pqxx::row& row : tx.exec("report_timeline", campaign_id, parts, messages_read / parts)) {
        timeline.bucket = std::chrono::seconds(row["width"].as<std::int64_t>());
        const double scale = timeline.estimated ? static_cast<double>(total) / row["seen"].as<double>() : 1;
        const TimelinePoint point = read_point(row, scale);
        if (row["bucket"].is_null())
            timeline.later = point;
        else
            timeline.points.push_back(point);
    }
}

} // namespace

asio::awaitable<Overview> Reports::overview(std::chrono::sys_days from, std::chrono::sys_days to, std::string zone,
                                            CallerLeft caller)
{
    const auto first = static_cast<int>(from.time_since_epoch().count());
    const auto last = static_cast<int>(to.time_since_epoch().count());
    return usual_.transact_for(std::move(caller), [first, last, zone = std::move(zone)](Transaction& tx) {
        Overview overview;
        if (zone == "UTC") {
            overview.days = read_rows<DayFigures>(tx.exec("report_days", first, last));
            overview.errors = read_rows<ErrorCount>(tx.exec("report_errors", first, last));
        }
        else {
            overview.days = read_rows<DayFigures>(tx.exec("report_days_in_zone", first, last, zone));
            overview.errors = read_rows<ErrorCount>(tx.exec("report_errors_in_zone", first, last, zone));
        }
        return overview;
    });
}

asio::awaitable<std::optional<std::chrono::sys_days>> Reports::today_in(std::string zone, bool was_found)
{
    return database_.transact(
        [zone = std::move(zone), was_found](Transaction& tx) -> std::optional<std::chrono::sys_days> {
            const pqxx::result today = tx.exec("today_in_zone", zone, was_found);
            if (today.empty()) return std::nullopt;
            return std::chrono::sys_days(std::chrono::days(today[0][0].as<int>()));
        });
}

asio::awaitable<std::optional<Timeline>> Reports::timeline(std::string public_id, CallerLeft caller)
{
    auto job = [public_id = std::move(public_id)](Transaction& tx) -> std::optional<Timeline> {
        const pqxx::result found = tx.exec("find_size", public_id);
        if (found.empty()) return std::nullopt;
        Timeline timeline;
        read_points(tx, found[0]["id"].as<std::int64_t>(), found[0]["total"].as<std::int64_t>(), timeline);
        timeline.lag = read_rows<LagBucket>(tx.exec("report_lag", public_id));
        return timeline;
    };
    return bulk_.transact_for(std::move(caller), std::move(job));
}

namespace
{

constexpr std::chrono::seconds interval{5};

} // namespace

config::BackgroundTask SingleFigures::task()
{
    return config::repeat_every(interval, "single figures", executor_, [this] { return unless_away(fold()); });
}

asio::awaitable<void> SingleFigures::fold()
{
    return database_.transact([](Transaction& tx) { tx.exec("fold_singles"); });
}

} // namespace waybill::db
