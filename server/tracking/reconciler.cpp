#include "server/tracking/reconciler.hpp"

#include "config/log.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using namespace std::chrono_literals;

namespace
{

constexpr int messages_at_once = 100;
constexpr std::chrono::seconds between_windows = 1s; // the walk through a large table is not to be felt
constexpr std::chrono::seconds shortest_poll = 1s;
constexpr std::chrono::seconds longest_poll = 60s;
constexpr std::chrono::seconds database_backoff = 5s;
constexpr std::chrono::seconds longest_pause = 300s;
constexpr int doublings_to_longest_pause = 9;

std::chrono::seconds pause_after(int unanswered)
{
    return std::min(1s * (1 << std::min(unanswered - 1, doublings_to_longest_pause)), longest_pause);
}

twilio::MessageQuery query_for(const db::Lookup& lookup)
{
    twilio::MessageQuery query;
    query.to = lookup.recipient;
    query.from = lookup.sender;
    query.sent_since = lookup.claimed_at - 1min;
    return query;
}

} // namespace

Reconciler::Reconciler(asio::any_io_executor executor, db::Reconciliation reconciliation, db::OverdueWalk walk,
                       twilio::Client& client, ReconcilerOptions options)
    : reconciliation_(std::move(reconciliation)),
      walk_(std::move(walk)),
      client_(client),
      options_(options),
      rate_limit_(options.per_second),
      timer_(executor)
{
}

asio::awaitable<void> Reconciler::run()
{
    while (!stopping_) {
        bool failed = false;
        try {
            co_await look_at_some();
        }
        catch (const db::Unavailable&) { // told by whoever watches PostgreSQL
            failed = true;
        }
        catch (const std::exception& error) {
            log(LogLevel::error, "reconciliation.failed", {{"error", error.what()}});
            failed = true;
        }
        if (failed) co_await pause_until(steady_clock::now() + database_backoff);
    }
}

void Reconciler::stop()
{
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> Reconciler::look_at_some()
{
    const std::vector<db::MessageId> ids = co_await next_messages();
    for (const db::MessageId id : ids) {
        const auto turn = rate_limit_.reserve(steady_clock::now(), 1);
        co_await pause_until(turn);
        if (stopping_) co_return;
        co_await look_at(id);
    }
}

// Waits a little when there is none.
asio::awaitable<std::vector<db::MessageId>> Reconciler::next_messages()
{
    const db::Time now = system_clock::now();
    std::vector<db::MessageId> due = co_await reconciliation_.due(now, messages_at_once);
    if (!due.empty()) co_return due;
    db::OverdueWalk::Step step =
        co_await walk_.step(now - longest_reconciliation, now - options_.after, messages_at_once);
    if (!step.ids.empty()) co_return std::move(step.ids);
    const auto poll = std::clamp(options_.after / 10, shortest_poll, longest_poll);
    const auto wait = step.round_ended ? poll : between_windows;
    co_await pause_until(steady_clock::now() + wait);
    co_return step.ids;
}

asio::awaitable<void> Reconciler::look_at(db::MessageId id)
{
    const std::optional<db::Lookup> lookup = co_await reconciliation_.find(id);
    if (!lookup) co_return; // settled meanwhile
    const LookDecision decision = co_await ask(*lookup);
    if (decision.result == LookResult::not_found)
        log(LogLevel::info, "message.not_found_at_twilio", {{"id", id}, {"reason", decision.reason}});
    co_await keep(decision.outcome);
    ++counters_.by_result[static_cast<std::size_t>(decision.result)];
    co_await heed(decision);
}

// What PostgreSQL refuses to store of an answer must not stop the look-ups behind it.
asio::awaitable<void> Reconciler::keep(const db::LookupOutcome& outcome)
{
    db::LookupOutcome kept = outcome;
    try {
        co_await reconciliation_.record(std::move(kept));
        co_return;
    }
    catch (const db::DataError& error) {
        log(LogLevel::error, "lookup.refused_by_database", {{"id", outcome.message_id}, {"error", error.what()}});
    }
    db::LookupOutcome look_again = outcome;
    look_again.entry.reset();
    co_await reconciliation_.record(std::move(look_again));
}

asio::awaitable<LookDecision> Reconciler::ask(const db::Lookup& lookup)
{
    if (!lookup.sid.empty()) {
        const twilio::FetchResult fetched = co_await client_.fetch(lookup.sid);
        co_return decide_fetched(lookup, fetched, system_clock::now());
    }
    twilio::MessageQuery query = query_for(lookup);
    const twilio::ListResult listed = co_await client_.list(std::move(query));
    const db::Rivals rivals = co_await reconciliation_.rivals(lookup.id);
    co_return decide_listed(lookup, listed, rivals, system_clock::now());
}

// While Twilio does not answer, the pauses grow.
asio::awaitable<void> Reconciler::heed(const LookDecision& decision)
{
    if (decision.result != LookResult::unanswered) {
        if (std::exchange(unanswered_, 0) > 0) log(LogLevel::info, "reconciliation.goes_on");
        co_return;
    }
    if (++unanswered_ == 1)
        log(LogLevel::warning, "reconciliation.unanswered",
            {{"reason", decision.reason}, {"advice", "messages keep their state and are looked up again later"}});
    const std::chrono::seconds wait = std::max(pause_after(unanswered_), decision.pause.value_or(0s));
    co_await pause_until(steady_clock::now() + wait);
}

asio::awaitable<void> Reconciler::pause_until(steady_clock::time_point until)
{
    if (stopping_) co_return;
    timer_.expires_at(until);
    boost::system::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

} // namespace waybill::tracking
