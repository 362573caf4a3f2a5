#include "server/tracking/reconciler.hpp"

#include "config/log.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using namespace std::chrono_literals;

namespace
{

constexpr int messages_per_query = 100;
constexpr std::chrono::seconds between_windows = 1s; // so that walking through a large table costs others nothing
constexpr std::chrono::seconds min_poll = 1s;
constexpr std::chrono::seconds max_poll = 60s;
constexpr std::chrono::seconds database_backoff = 5s;
constexpr std::chrono::seconds max_pause = 300s;
constexpr int doublings_to_max_pause = 9;

std::chrono::seconds pause_after(int unanswered)
{
    return std::min(1s * (1 << std::min(unanswered - 1, doublings_to_max_pause)), max_pause);
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
    : wakeup_(std::make_shared<config::Wakeup>(executor)),
      reconciliation_(reconciliation),
      walk_(std::move(walk)),
      client_(client),
      options_(options),
      rate_limit_(options.per_second)
{
}

config::BackgroundTask Reconciler::task()
{
    return config::repeat("reconciler", wakeup_, [this] { return round(); });
}

asio::awaitable<Reconciler::Time> Reconciler::round()
{
    try {
        co_return co_await look_at_next();
    }
    catch (const db::Unavailable&) { // DatabaseWatch logs it
    }
    co_return steady_clock::now() + database_backoff;
}

asio::awaitable<Reconciler::Time> Reconciler::look_at_next()
{
    if (due_.empty()) co_return co_await find_messages();
    const auto now = steady_clock::now();
    if (const auto turn = rate_limit_.turn(now); turn > now) co_return turn;
    rate_limit_.reserve(now, 1);
    const db::MessageId id = due_.front();
    due_.pop_front();
    co_return co_await look_at(id);
}

// Those that are due again come first; then the walk through the table continues.
asio::awaitable<Reconciler::Time> Reconciler::find_messages()
{
    const db::Time now = system_clock::now();
    const std::vector<db::MessageId> due = co_await reconciliation_.due(now, messages_per_query);
    due_.assign(due.begin(), due.end());
    if (!due_.empty()) co_return steady_clock::now();
    const db::OverdueWalk::Step step =
        co_await walk_.step(now - max_reconciliation, now - options_.after, messages_per_query);
    due_.assign(step.ids.begin(), step.ids.end());
    if (!due_.empty()) co_return steady_clock::now();
    const auto poll = std::clamp(options_.after / 10, min_poll, max_poll);
    const auto pause = step.round_ended ? poll : between_windows;
    co_return steady_clock::now() + pause;
}

asio::awaitable<Reconciler::Time> Reconciler::look_at(db::MessageId id)
{
    const std::optional<db::Lookup> lookup = co_await reconciliation_.find(id);
    if (!lookup) co_return steady_clock::now(); // settled meanwhile
    const LookDecision decision = co_await ask(*lookup);
    if (decision.result == LookResult::not_found)
        log(LogLevel::info, "message.not_found_at_twilio", {{"id", id}, {"reason", decision.reason}});
    co_await keep(decision.outcome);
    ++counters_.by_result[static_cast<std::size_t>(decision.result)];
    co_return next_look_after(decision);
}

// An answer that PostgreSQL refuses to store must not stop the look-ups behind it.
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
Reconciler::Time Reconciler::next_look_after(const LookDecision& decision)
{
    const auto now = steady_clock::now();
    if (decision.result != LookResult::unanswered) {
        if (std::exchange(unanswered_, 0) > 0) log(LogLevel::info, "reconciliation.resumed");
        return now;
    }
    if (++unanswered_ == 1)
        log(LogLevel::warning, "reconciliation.unanswered",
            {{"reason", decision.reason}, {"advice", "messages keep their state and are looked up again later"}});
    return now + std::max(pause_after(unanswered_), decision.pause.value_or(0s));
}

} // namespace waybill::tracking
