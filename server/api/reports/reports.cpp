#include "server/api/reports/reports.hpp"

#include "server/api/contract/errors.hpp"
#include "server/api/contract/json_text.hpp"
#include "server/api/contract/query.hpp"
#include "server/api/contract/report_json.hpp"
#include "server/recipients/calendar_date.hpp"

#include <optional>
#include <utility>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::days;
using std::chrono::sys_days;

namespace
{

constexpr days usual_period{30};
constexpr days longest_period{366};

struct Period
{
    sys_days from, to; // both included
};

// Empty when it is none; `fault` is the reply then.
std::optional<Period> read_period(const http::Request& request, http::Response& fault)
{
    const std::string from = query_value(request, "from"), to = query_value(request, "to");
    const auto refuse = [&fault](const char* name, const char* message) {
        fault = unprocessable({{"query", name, message, "value_error"}});
        return std::nullopt;
    };
    Period period;
    const auto last =
        to.empty() ? std::chrono::floor<days>(std::chrono::system_clock::now()) : recipients::parse_date(to);
    if (!last) return refuse("to", "must be a date as in 2026-03-31");
    period.to = *last;
    const auto first = from.empty() ? period.to - (usual_period - days(1)) : recipients::parse_date(from);
    if (!first) return refuse("from", "must be a date as in 2026-03-01");
    period.from = *first;
    if (period.from > period.to) return refuse("from", "must not be after `to`");
    if (period.to - period.from >= longest_period) return refuse("from", "must be within 366 days of `to`");
    return period;
}

asio::awaitable<http::Response> make_overview(db::Reports reports, Period period)
{
    const db::Overview overview = co_await reports.overview(period.from, period.to);
    co_return http::json_response(200, json_text(overview_json(overview, period.from, period.to)));
}

asio::awaitable<http::Response> make_timeline(db::Reports reports, std::string campaign_id)
{
    const std::optional<db::Timeline> timeline = co_await reports.timeline(std::move(campaign_id));
    if (!timeline) co_return http::error_response(404, "Campaign not found");
    co_return http::json_response(200, json_text(timeline_json(*timeline)));
}

} // namespace

asio::awaitable<http::Response> ReportRoutes::overview(http::Request request)
{
    http::Response fault;
    const std::optional<Period> period = read_period(request, fault);
    if (!period) co_return fault;
    std::string key = "overview " + to_date(period->from) + " " + to_date(period->to);
    SharedReplies::Make make = [this, period = *period] { return make_overview(reports_, period); };
    co_return co_await shared_.reply(std::move(key), std::move(make));
}

asio::awaitable<http::Response> ReportRoutes::timeline(http::Request request)
{
    std::string id = request.path_values["id"];
    std::string key = "timeline " + id;
    SharedReplies::Make make = [this, id = std::move(id)] { return make_timeline(reports_, id); };
    co_return co_await shared_.reply(std::move(key), std::move(make));
}

asio::awaitable<http::Response> error_codes(http::Request)
{
    static const std::string body = json_text(error_codes_json());
    co_return http::json_response(200, body);
}

} // namespace waybill::api
