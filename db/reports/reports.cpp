#include "db/reports/reports.hpp"

#include "db/postgres/statements.hpp"

#include <cmath>

namespace waybill::db
{

// $1 … $2: days since 1970, both included. `+ 0` because the plan is made once for all periods: for two bounds of one
// column PostgreSQL reckons with a two-hundredth of the campaigns, and looks each one up.
const Statement report_days_statement{"report_days", R"sql(
select day - date 'epoch' as day, campaigns, simulated_campaigns, messages, pending, unknown, queued, sent, delivered,
       undelivered, failed, canceled, accepted, (cost * 10000)::bigint as cost, replies, opt_outs
  from report.days
 where day >= date 'epoch' + $1::int and day + 0 <= date 'epoch' + $2::int
 order by day)sql"};

const Statement report_errors_statement{"report_errors", R"sql(
select error_code, sum(messages)::bigint as messages
  from report.errors
 where day >= date 'epoch' + $1::int and day + 0 <= date 'epoch' + $2::int
 group by error_code
 order by messages desc, error_code)sql"};

const Statement report_lag_statement{"report_lag", R"sql(
select seconds_below, deliveries from report.receipt_lag where campaign_id = $1 order by seconds_below)sql"};

const Statement find_size_statement{"find_size", R"sql(
select id, total from campaigns where public_id = $1)sql"};

// $1 the campaign; $2 of how many stripes of its messages the first $3 are read. Each second's figures first, then the
// narrowest buckets of which 120 are enough. What comes after five times the time of 99 in 100 (somebody's phone was
// off over night) is told apart, in the row without a bucket.
const Statement report_timeline_statement{"report_timeline", R"sql(
with edges as materialized (
    select (select id from messages where campaign_id = $1::bigint order by campaign_id, id limit 1) as first,
           (select id from messages where campaign_id = $1::bigint order by campaign_id desc, id desc limit 1) as last
), stripes as (
    select first + (last - first + 1) * n / $2::int as low, first + (last - first + 1) * (n + 1) / $2::int as high
      from edges, generate_series(0, $2::int - 1) as n
), seen as materialized (
    select m.* from stripes cross join lateral (
        select status, accepted_at, sent_at, completed_at from messages
         where campaign_id = $1::bigint and id >= low and id < high
         order by campaign_id, id
         limit $3::int) as m
), seconds as (
    select floor(date_part('epoch', told.at))::bigint as second, count(*) as n,
           count(*) filter (where what = 'accepted') as accepted, count(*) filter (where what = 'sent') as sent,
           count(*) filter (where what in ('delivered', 'read')) as delivered,
           count(*) filter (where what = 'undelivered') as undelivered, count(*) filter (where what = 'failed') as failed
      from seen cross join lateral (
          values (message_status 'accepted', accepted_at), ('sent', sent_at), (nullif(status, 'canceled'), completed_at))
          as told(what, at)
     where told.at is not null and what is not null
     group by 1
), most as (
    select min(second) as first, min(second) filter (where so_far >= 0.99 * total) as last
      from (select second, sum(n) over (order by second) as so_far, sum(n) over () as total from seconds) as counted
), shown as (
    select most.first, max(second) as last from most, seconds
     where second <= most.first + 5 * (most.last - most.first + 1)
     group by most.first
), chosen as materialized (
    select last, (select coalesce(min(width), 604800)
                    from unnest(array[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200,
                                      86400]) as width
                   where last / width - first / width < 120) as width
      from shown
)
select width, (select count(*) from seen) as seen,
       case when second / width <= last / width then second / width * width end as bucket, min(second) as second,
       sum(accepted)::bigint as accepted, sum(sent)::bigint as sent, sum(delivered)::bigint as delivered,
       sum(undelivered)::bigint as undelivered, sum(failed)::bigint as failed
  from seconds, chosen
 group by width, bucket
 order by bucket nulls last)sql"};

namespace
{

constexpr std::int64_t messages_read = 20'000;
constexpr int stripes = 1'000;

DayFigures read_day(const pqxx::row& row)
{
    DayFigures figures;
    figures.day = std::chrono::sys_days(std::chrono::days(row["day"].as<int>()));
    figures.campaigns = row["campaigns"].as<std::int64_t>();
    figures.simulated_campaigns = row["simulated_campaigns"].as<std::int64_t>();
    figures.messages = row["messages"].as<std::int64_t>();
    figures.pending = row["pending"].as<std::int64_t>();
    figures.unknown = row["unknown"].as<std::int64_t>();
    figures.queued = row["queued"].as<std::int64_t>();
    figures.sent = row["sent"].as<std::int64_t>();
    figures.delivered = row["delivered"].as<std::int64_t>();
    figures.undelivered = row["undelivered"].as<std::int64_t>();
    figures.failed = row["failed"].as<std::int64_t>();
    figures.canceled = row["canceled"].as<std::int64_t>();
    figures.accepted = row["accepted"].as<std::int64_t>();
    figures.cost = row["cost"].as<std::int64_t>();
    figures.replies = row["replies"].as<std::int64_t>();
    figures.opt_outs = row["opt_outs"].as<std::int64_t>();
    return figures;
}

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
    for (const pqxx::row& row : tx.exec(report_timeline_statement, campaign_id, parts, messages_read / parts)) {
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

asio::awaitable<Overview> Reports::overview(std::chrono::sys_days from, std::chrono::sys_days to)
{
    const auto first = static_cast<int>(from.time_since_epoch().count());
    const auto last = static_cast<int>(to.time_since_epoch().count());
    return database_.transact([first, last](Transaction& tx) {
        Overview overview;
        for (const pqxx::row& row : tx.exec(report_days_statement, first, last))
            overview.days.push_back(read_day(row));
        for (const pqxx::row& row : tx.exec(report_errors_statement, first, last))
            overview.errors.push_back({row["error_code"].as<int>(), row["messages"].as<std::int64_t>()});
        return overview;
    });
}

asio::awaitable<std::optional<Timeline>> Reports::timeline(std::string public_id)
{
    return bulk_.transact([public_id = std::move(public_id)](Transaction& tx) -> std::optional<Timeline> {
        const pqxx::result found = tx.exec(find_size_statement, public_id);
        if (found.empty()) return std::nullopt;
        Timeline timeline;
        read_points(tx, found[0]["id"].as<std::int64_t>(), found[0]["total"].as<std::int64_t>(), timeline);
        for (const pqxx::row& row : tx.exec(report_lag_statement, public_id))
            timeline.lag.push_back({row["seconds_below"].as<double>(), row["deliveries"].as<std::int64_t>()});
        return timeline;
    });
}

} // namespace waybill::db
