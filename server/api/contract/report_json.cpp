#include "server/api/contract/report_json.hpp"

#include "server/api/contract/timestamps.hpp"
#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <boost/json/array.hpp>

#include <array>
#include <cstdio>

namespace waybill::api
{

namespace json = boost::json;
using text::dollars;
using text::percent;

namespace
{

json::object day_json(const db::DayFigures& figures)
{
    return {{"day", to_date(figures.day)},  {"campaigns", figures.campaigns}, {"messages", figures.messages},
            {"accepted", figures.accepted}, {"delivered", figures.delivered}, {"undelivered", figures.undelivered},
            {"failed", figures.failed},     {"cost", dollars(figures.cost)}};
}

json::object totals_json(const db::DayFigures& figures)
{
    return {{"campaigns", figures.campaigns},
            {"simulatedCampaigns", figures.simulated_campaigns},
            {"messages", figures.messages},
            {"pending", figures.pending},
            {"accepted", figures.accepted},
            {"queued", figures.queued},
            {"sent", figures.sent},
            {"delivered", figures.delivered},
            {"undelivered", figures.undelivered},
            {"failed", figures.failed},
            {"unknown", figures.unknown},
            {"canceled", figures.canceled},
            {"deliveryRate", percent(figures.delivered, figures.accepted)},
            {"cost", dollars(figures.cost)},
            {"replies", figures.replies},
            {"optOuts", figures.opt_outs}};
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

json::object point_json(const db::TimelinePoint& point)
{
    return {{"at", to_iso8601(point.at)},   {"accepted", point.accepted},       {"sent", point.sent},
            {"delivered", point.delivered}, {"undelivered", point.undelivered}, {"failed", point.failed}};
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

json::object overview_json(const db::Overview& overview, std::chrono::sys_days from, std::chrono::sys_days to)
{
    db::DayFigures totals;
    json::array days;
    auto next = overview.days.begin();
    for (auto day = from; day <= to; day += std::chrono::days(1)) {
        db::DayFigures figures{.day = day};
        if (next != overview.days.end() && next->day == day) figures = *next++;
        add(totals, figures);
        days.push_back(day_json(figures));
    }
    json::array errors;
    for (const db::ErrorCount& error : overview.errors)
        errors.push_back(
            json::object{{"code", error.code}, {"count", error.count}, {"meaning", twilio::explain_error(error.code)}});
    return {{"from", to_date(from)},
            {"to", to_date(to)},
            {"totals", totals_json(totals)},
            {"errors", std::move(errors)},
            {"days", std::move(days)}};
}

json::object timeline_json(const db::Timeline& timeline)
{
    json::array points;
    for (const db::TimelinePoint& point : timeline.points)
        points.push_back(point_json(point));
    json::array lag;
    for (const db::LagBucket& bucket : timeline.lag)
        lag.push_back(json::object{{"seconds", bucket.seconds}, {"count", bucket.count}});
    json::object body{{"bucketSeconds", timeline.bucket.count()},
                      {"estimated", timeline.estimated},
                      {"points", std::move(points)},
                      {"later", nullptr},
                      {"lag", std::move(lag)}};
    if (timeline.later) body["later"] = point_json(*timeline.later);
    return body;
}

json::object error_codes_json()
{
    json::array errors;
    for (const twilio::ErrorInfo& error : twilio::all_errors())
        errors.push_back(json::object{{"code", error.code},
                                      {"concerns", name_of(error.error_class)},
                                      {"meaning", error.meaning},
                                      {"advice", error.advice}});
    return {{"errors", std::move(errors)}};
}

} // namespace waybill::api
