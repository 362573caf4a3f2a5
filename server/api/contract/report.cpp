#include "server/api/contract/report.hpp"

#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace waybill::api
{

namespace
{

ShownDay show(const db::DayFigures& figures)
{
    return {.day = to_date(figures.day),
            .campaigns = figures.campaigns,
            .messages = figures.messages,
            .accepted = figures.accepted,
            .delivered = figures.delivered,
            .undelivered = figures.undelivered,
            .failed = figures.failed,
            .cost = {figures.cost}};
}

ShownTotals totals_of(const db::DayFigures& figures)
{
    return {.campaigns = figures.campaigns,
            .simulated_campaigns = figures.simulated_campaigns,
            .messages = figures.messages,
            .pending = figures.pending,
            .accepted = figures.accepted,
            .queued = figures.queued,
            .sent = figures.sent,
            .delivered = figures.delivered,
            .undelivered = figures.undelivered,
            .failed = figures.failed,
            .unknown = figures.unknown,
            .canceled = figures.canceled,
            .delivery_rate = text::percent(figures.delivered, figures.accepted),
            .cost = {figures.cost},
            .replies = figures.replies,
            .opt_outs = figures.opt_outs};
}

void add(db::DayFigures& sum, const db::DayFigures& day)
{
    for (const auto figure :
         {&db::DayFigures::campaigns, &db::DayFigures::simulated_campaigns, &db::DayFigures::messages,
          &db::DayFigures::pending, &db::DayFigures::unknown, &db::DayFigures::queued, &db::DayFigures::sent,
          &db::DayFigures::delivered, &db::DayFigures::undelivered, &db::DayFigures::failed, &db::DayFigures::canceled,
          &db::DayFigures::accepted, &db::DayFigures::cost, &db::DayFigures::replies, &db::DayFigures::opt_outs})
        sum.*figure += day.*figure;
}

ShownPoint show(const db::TimelinePoint& point)
{
    return {point.at, point.accepted, point.sent, point.delivered, point.undelivered, point.failed};
}

std::string_view name_of(twilio::ErrorClass error_class)
{
    switch (error_class) {
    case twilio::ErrorClass::retry:
        return "retry";
    case twilio::ErrorClass::permanent:
        return "recipient";
    case twilio::ErrorClass::account:
        return "account";
    case twilio::ErrorClass::content:
        return "content";
    }
    return "";
}

} // namespace

std::string to_date(std::chrono::sys_days day)
{
    const std::chrono::year_month_day date(day);
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

ShownOverview show(const db::Overview& overview, std::chrono::sys_days from, std::chrono::sys_days to,
                   std::string time_zone)
{
    ShownOverview shown{.from = to_date(from),
                        .to = to_date(to),
                        .time_zone = std::move(time_zone),
                        .totals = {},
                        .errors = show(overview.errors),
                        .days = {}};
    db::DayFigures totals;
    auto next = overview.days.begin();
    for (auto day = from; day <= to; day += std::chrono::days(1)) {
        db::DayFigures figures{.day = day};
        if (next != overview.days.end() && next->day == day) figures = *next++;
        add(totals, figures);
        shown.days.push_back(show(figures));
    }
    shown.totals = totals_of(totals);
    return shown;
}

ShownTimeline show(const db::Timeline& timeline)
{
    ShownTimeline shown{.bucket_seconds = timeline.bucket.count(),
                        .estimated = timeline.estimated,
                        .points = {},
                        .later = std::nullopt,
                        .lag = {}};
    for (const db::TimelinePoint& point : timeline.points)
        shown.points.push_back(show(point));
    for (const db::LagBucket& bucket : timeline.lag)
        shown.lag.push_back({bucket.seconds, bucket.count});
    if (timeline.later) shown.later = show(*timeline.later);
    return shown;
}

ShownErrorCodes show_error_codes()
{
    ShownErrorCodes shown;
    for (const twilio::ErrorInfo& error : twilio::all_errors())
        shown.errors.push_back({error.code, name_of(error.error_class), error.meaning, error.advice});
    return shown;
}

} // namespace waybill::api
