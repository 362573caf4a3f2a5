#include "server/api/reports/reports.hpp"

#include "server/api/contract/report.hpp"
#include "server/api/contract/request.hpp"
#include "server/recipients/dates/calendar_date.hpp"

#include <optional>
#include <utility>

namespace waybill::api
{

using std::chrono::days;
using std::chrono::sys_days;

namespace
{

constexpr days usual_period{30};
constexpr days max_period{366};

struct Period
{
    sys_days from, to; // both included
};

Period read_period(const http::Request& request)
{
    const std::string from = query_value(request, "from"), to = query_value(request, "to");
    const std::string zone = query_value(request, "timeZone");
    const auto refuse = [](const char* name, const char* message) {
        throw http::Refusal({"query", name, message, "value_error"});
    };
    if (!zone.empty() && zone != "UTC") refuse("timeZone", "must be UTC, in which days are counted");
    Period period;
    const auto last =
        to.empty() ? std::chrono::floor<days>(std::chrono::system_clock::now()) : recipients::parse_date(to);
    if (!last) refuse("to", "must be a date as in 2026-03-31");
    period.to = *last;
    const auto first = from.empty() ? period.to - (usual_period - days(1)) : recipients::parse_date(from);
    if (!first) refuse("from", "must be a date as in 2026-03-01");
    period.from = *first;
    if (period.from > period.to) refuse("from", "must not be after `to`");
    if (period.to - period.from >= max_period) refuse("from", "must be within 366 days of `to`");
    return period;
}

asio::awaitable<http::Response> make_overview(db::Reports reports, Period period, db::CallerLeft caller)
{
    const db::Overview overview = co_await reports.overview(period.from, period.to, std::move(caller));
    co_return json_reply(200, show(overview, period.from, period.to));
}

asio::awaitable<http::Response> make_timeline(db::Reports reports, std::string campaign_id, db::CallerLeft caller)
{
    const std::optional<db::Timeline> timeline = co_await reports.timeline(std::move(campaign_id), std::move(caller));
    if (!timeline) throw campaign_not_found();
    co_return json_reply(200, show(*timeline));
}

} // namespace

asio::awaitable<http::Response> ReportRoutes::overview(http::Request request)
{
    const Period period = read_period(request);
    std::string key = "overview " + to_date(period.from) + " " + to_date(period.to);
    SharedReplies::Make make = [this, period, caller = request.client_left] {
        return make_overview(reports_, period, caller);
    };
    co_return co_await shared_.reply(std::move(key), std::move(make));
}

asio::awaitable<http::Response> ReportRoutes::timeline(http::Request request)
{
    std::string id = path_value(request, "id");
    std::string key = "timeline " + id;
    SharedReplies::Make make = [this, id = std::move(id), caller = request.client_left] {
        return make_timeline(reports_, id, caller);
    };
    co_return co_await shared_.reply(std::move(key), std::move(make));
}

asio::awaitable<http::Response> error_codes(http::Request)
{
    static const std::string body = to_json(show_error_codes());
    co_return http::json_response(200, body);
}

} // namespace waybill::api
