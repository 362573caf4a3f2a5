#pragma once

#include "config/background_task.hpp"
#include "db/receipts/overdue_walk.hpp"
#include "db/receipts/reconciliation.hpp"
#include "server/sending/rate_limit.hpp"
#include "server/tracking/reconcile_decision.hpp"
#include "server/twilio/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>

namespace waybill::tracking
{

namespace asio = boost::asio;

struct ReconcilerOptions
{
    std::chrono::seconds after{43'200}; // a message without a final state is looked up at this age
    double per_second = 1;              // look-ups, at most
};

struct ReconcilerCounters
{
    std::array<std::uint64_t, 4> by_result{}; // indexed by LookResult

    std::uint64_t of(LookResult result) const { return by_result[static_cast<std::size_t>(result)]; }
};

// Asks Twilio about messages whose final receipt never came: one at a time, at a low rate, the longest overdue first,
// and again at twice the age, until the message is final or two weeks old. It never sends anything.
class Reconciler
{
public:
    Reconciler(asio::any_io_executor executor, db::Reconciliation reconciliation, db::OverdueWalk walk,
               twilio::Client& client, ReconcilerOptions options);

    void wake() { wakeup_->wake(); } // there are messages to be looked up

    config::BackgroundTask task(); // ends when the look-up under way is recorded

    const ReconcilerCounters& counters() const { return counters_; }

private:
    using Time = config::Wakeup::Time;

    asio::awaitable<Time> round();
    asio::awaitable<Time> look_at_next();
    asio::awaitable<Time> find_messages();
    asio::awaitable<Time> look_at(db::MessageId id);
    asio::awaitable<LookDecision> ask(const db::Lookup& lookup);
    asio::awaitable<void> keep(const db::LookupOutcome& outcome);
    Time next_look_after(const LookDecision& decision);

    std::shared_ptr<config::Wakeup> wakeup_;
    db::Reconciliation reconciliation_;
    db::OverdueWalk walk_;
    twilio::Client& client_;
    ReconcilerOptions options_;
    sending::RateLimit rate_limit_;
    std::deque<db::MessageId> due_; // in this order
    ReconcilerCounters counters_;
    int unanswered_ = 0; // in a row
};

} // namespace waybill::tracking
