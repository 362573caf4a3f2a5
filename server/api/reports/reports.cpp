#include "server/api/reports/reports.hpp"

#include "server/api/contract/report.hpp"
#include "server/api/contract/request.hpp"
#include "server/recipients/dates/calendar_date.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <string>
#include <utility>

namespace waybill::api
{

using std::chrono::days;
using std::chrono::sys_days;

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kept_for{1};
constexpr std::chrono::seconds patience{20}; // then each waiting request makes its own

} // namespace

struct SharedReplies::Entry
{
    explicit Entry(asio::any_io_executor executor) : made(executor, patience) {}

    std::optional<http::Response> response;
    Clock::time_point old_at = Clock::time_point::max(); // while it is being made
    asio::steady_timer made;                             // cancelled when the reply is made, or never will be
};

asio::awaitable<http::Response> SharedReplies::reply(std::string key, Make make)
{
    forget_old();
    while (const std::shared_ptr<Entry> entry = find(key)) {
        boost::system::error_code cancelled;
        if (!entry->response) co_await entry->made.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (entry->response) co_return *entry->response;
        if (find(key) == entry) break; // making it takes too long
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto entry = std::make_shared<Entry>(executor);
    entries_[key] = entry;
    // Also when it throws, or when its client has left.
    const std::shared_ptr<void> at_the_end(nullptr, [this, key, entry](void*) {
        entry->made.cancel();
        if (!entry->response && find(key) == entry) entries_.erase(key);
    });
    entry->response = co_await make();
    entry->old_at = Clock::now() + kept_for;
    co_return *entry->response;
}

std::shared_ptr<SharedReplies::Entry> SharedReplies::find(const std::string& key) const
{
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second;
}

void SharedReplies::forget_old()
{
    const auto now = Clock::now();
    std::erase_if(entries_, [now](const auto& each) { return each.second->old_at <= now; });
}

namespace
{

constexpr days usual_period{30};
constexpr days max_period{366};

struct Period
{
    sys_days from, to; // both included
    std::string zone;  // whose days they are
};

std::string zone_in(const http::Request& request)
{
    const std::string zone = query_value(request, "timeZone");
    return zone.empty() ? "UTC" : zone;
}

[[noreturn]] void refuse(const char* name, const char* message)
{
    throw http::Refusal({"query", name, message, "value_error"});
}

Period read_period(const http::Request& request, sys_days today)
{
    const std::string from = query_value(request, "from"), to = query_value(request, "to");
    Period period{.from = {}, .to = {}, .zone = zone_in(request)};
    const auto last = to.empty() ? today : recipients::parse_date(to);
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
    const db::Overview overview = co_await reports.overview(period.from, period.to, period.zone, std::move(caller));
    co_return json_reply(200, show(overview, period.from, period.to, period.zone));
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
    const sys_days today = co_await today_in(zone_in(request));
    const Period period = read_period(request, today);
    std::string key = "overview " + to_date(period.from) + " " + to_date(period.to) + " " + period.zone;
    SharedReplies::Make make = [this, period, caller = request.client_left] {
        return make_overview(reports_, period, caller);
    };
    co_return co_await shared_.reply(std::move(key), std::move(make));
}

asio::awaitable<std::chrono::sys_days> ReportRoutes::today_in(std::string zone)
{
    if (zone == "UTC") co_return std::chrono::floor<days>(std::chrono::system_clock::now());
    const std::optional<sys_days> today = co_await reports_.today_in(zone, zones_.contains(zone));
    if (!today) refuse("timeZone", "is not a time zone like America/New_York");
    zones_.insert(std::move(zone));
    co_return *today;
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
