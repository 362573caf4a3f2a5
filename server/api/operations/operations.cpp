#include "server/api/operations/operations.hpp"

#include "server/api/contract/operations.hpp"
#include "server/api/operations/metrics.hpp"
#include "server/api/parts.hpp"
#include "server/http/refusal.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace waybill::api
{

namespace
{

constexpr const char* journal_is_full = "The journal is full; make room in JOURNAL_DIR or raise JOURNAL_MAX_BYTES";

// Why this Waybill should get no requests, and what to do, in one sentence; empty when it should. Only what is wrong
// with it or its database as a whole: a background task that fails keeps it from neither receipts nor requests.
std::string why_not_ready(const Parts& parts)
{
    if (parts.server.is_ending()) return "Waybill is ending; send requests to another one";
    if (!parts.journal_open) return "Waybill is starting and opens its journal; try again in a second";
    if (parts.journal.full() && (parts.journal.records() > 0 || !parts.watch.reachable())) return journal_is_full;
    if (std::string problem = parts.watch.problem(); !problem.empty()) return problem;
    return parts.tickets.loss();
}

// What is wrong, and what to do, in one sentence, also when Waybill is ready; empty when nothing is.
std::string present_problem(const Parts& parts)
{
    if (std::string reason = why_not_ready(parts); !reason.empty()) return reason;
    if (parts.journal.full()) return journal_is_full;
    if (std::string reason = parts.tasks.problem(); !reason.empty()) return reason;
    return parts.replica == nullptr ? std::string() : parts.replica->problem();
}

constexpr std::chrono::seconds max_age_of_health{2}; // it is asked often, by everyone

http::Response plain(int status, std::string body)
{
    http::Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(body);
    return response;
}

std::optional<db::Time> last_receipt_of(const webhooks::Receiver& receiver)
{
    const db::Time last = receiver.counters().last_acknowledged;
    if (last == db::Time{}) return std::nullopt;
    return last;
}

bool any_paused(const std::vector<db::SenderState>& senders)
{
    return std::ranges::any_of(senders, [](const db::SenderState& sender) { return sender.paused_at.has_value(); });
}

ShownNotifications state_of(const notify::Mailer& mailer)
{
    if (!mailer.is_set()) return {"off", std::nullopt};
    if (mailer.problem().empty()) return {"ready", std::nullopt};
    return {"faulty", mailer.problem()};
}

} // namespace

asio::awaitable<http::Response> OperationRoutes::alive(http::Request)
{
    co_return plain(200, "ok\n");
}

asio::awaitable<http::Response> OperationRoutes::ready(http::Request)
{
    if (std::string reason = why_not_ready(parts_); !reason.empty()) throw http::unavailable(std::move(reason));
    co_return plain(200, "ready\n");
}

asio::awaitable<http::Response> OperationRoutes::health(http::Request)
{
    const std::vector<db::SenderState> senders = co_await senders_.read(max_age_of_health);
    const std::vector<db::StoppedEndpoint> stopped = co_await stopped_endpoints_.read(max_age_of_health);
    const bool is_paused = any_paused(senders);
    const std::string problem = present_problem(parts_);
    const bool is_well = problem.empty() && !is_paused;
    ShownHealth shown{.status = is_well ? "healthy" : "degraded",
                      .database = parts_.watch.reachable() ? "reachable" : "away",
                      .journal = parts_.journal.full() ? "full" : "ready",
                      .twilio = parts_.rules.simulated ? "simulated" : "configured",
                      .simulated = parts_.rules.simulated,
                      .journaled_receipts = parts_.journal.records(),
                      .senders_paused = is_paused,
                      .replica = show(parts_.replica),
                      .problem = std::nullopt,
                      .endpoints_disabled = !stopped.empty()};
    if (!problem.empty()) shown.problem = problem;
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> OperationRoutes::system(http::Request)
{
    const std::vector<db::SenderState> senders = co_await senders_.read(std::chrono::seconds(0));
    if (parts_.watch.reachable() && parts_.rules.day_budget) co_await look_at_day();
    const std::vector<db::StoppedEndpoint> stopped = co_await stopped_endpoints_.read(std::chrono::seconds(0));
    const CampaignRules& rules = parts_.rules;
    ShownSystem shown{.version = WAYBILL_VERSION,
                      .simulated = rules.simulated,
                      .twilio = rules.simulated ? "simulated" : "configured",
                      .database = parts_.watch.reachable() ? "reachable" : "away",
                      .replica = show(parts_.replica),
                      .journal = {parts_.journal.records(), parts_.journal.bytes(), parts_.journal.full()},
                      .senders = show(senders, rules.default_sender, rules.rates),
                      .in_flight = parts_.dispatcher.counters().in_flight,
                      .concurrency_limit = parts_.dispatcher.concurrency_limit(),
                      .last_receipt_at = last_receipt_of(parts_.receiver),
                      .receipts_silent = parts_.alarm.silent(),
                      .receipt_lag_seconds = show(parts_.receipts.counters().lag),
                      .daily_budget = show(last_day_, rules.day_budget),
                      .notifications = state_of(parts_.notifier.mailer()),
                      .disabled_endpoints = {}};
    for (const db::StoppedEndpoint& endpoint : stopped)
        shown.disabled_endpoints.push_back(show(endpoint));
    co_return json_reply(200, shown);
}

asio::awaitable<void> OperationRoutes::look_at_day()
{
    db::BudgetDays days(parts_.database);
    db::DayBudget budget = *parts_.rules.day_budget;
    try {
        last_day_ = co_await days.today(std::move(budget));
    }
    catch (const db::Unavailable&) { // the last reading stays
    }
}

asio::awaitable<http::Response> OperationRoutes::metrics(http::Request)
{
    const StoredFigures figures = co_await figures_.read(std::chrono::seconds(0));
    http::Response response = plain(200, metrics_page(parts_, figures));
    response.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
    co_return response;
}

} // namespace waybill::api
