#pragma once

#include "config/background_task.hpp"
#include "config/wakeup.hpp"
#include "db/outbox/outbox.hpp"
#include "db/outbox/senders.hpp"
#include "db/postgres/group_commit.hpp"
#include "server/sending/circuit_breaker.hpp"
#include "server/sending/clock_offset.hpp"
#include "server/sending/concurrency.hpp"
#include "server/sending/lane.hpp"
#include "server/sending/sender_types.hpp"
#include "server/twilio/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace waybill::sending
{

namespace asio = boost::asio;

struct DispatcherOptions
{
    std::string public_base_url;    // of the StatusCallback: URL/webhooks/twilio/status/{message id}
    std::string callback_overrides; // Twilio's connection overrides, behind the #; empty: none
    SenderRates rates;
    int max_in_flight = 50;
    std::chrono::seconds lease{120};               // longer than any exchange with Twilio can take
    std::chrono::milliseconds horizon{250};        // claimed ahead of the time
    std::chrono::milliseconds poll{500};           // looks for due messages at least this often
    std::chrono::milliseconds permit_lasts{50};    // then it is asked again whether the message may leave
    std::chrono::milliseconds probe_after{60'000}; // a fault; then twice, five and ten times that
};

struct DispatcherCounters
{
    std::uint64_t accepted = 0, rejected = 0, throttled = 0, not_sent = 0, unknown = 0;
    std::uint64_t expired_leases = 0;
    std::uint64_t account_pauses = 0, sender_pauses = 0; // that this process began
    int in_flight = 0;
};

// Claims messages, sends each at the pace its sender may keep, records what became of it. A claim is committed before
// its request leaves, and a lost reply is never sent again: nobody is texted twice.
class Dispatcher
{
public:
    Dispatcher(asio::any_io_executor executor, db::Outbox outbox, db::Senders senders, twilio::Client& client,
               DispatcherOptions options);

    config::BackgroundTask task(); // when stopped, it claims nothing more and ends when every send is recorded
    void wake();                   // there may be something to claim

    // Completes when the campaign has nothing left to send, or at the deadline, or when nothing was heard of it for a
    // while: read the campaign then.
    asio::awaitable<void> wait_for_campaign(std::int64_t campaign_id, std::chrono::steady_clock::time_point deadline);

    const DispatcherCounters& counters() const { return counters_; }
    int concurrency_limit() const { return concurrency_.limit(); }
    double rate_of(const std::string& sender) const { return options_.rates.rate_of(sender); }

private:
    using Steady = std::chrono::steady_clock::time_point;

    int free_places() const { return concurrency_.limit() - counters_.in_flight; }
    int least_places() const;
    asio::awaitable<void> run();
    void stop();
    asio::awaitable<Steady> round();
    asio::awaitable<Steady> claim_some(); // returns when to look again
    db::ClaimRequest claim_request() const;
    Steady take(db::Claim claim);
    void enqueue(db::ClaimedMessage message, Steady claimed_at);
    Lane& lane_of(const std::string& sender);

    asio::awaitable<void> move(Lane* lane);
    bool is_late(const Lane& lane) const;
    asio::awaitable<void> take_new_slots(Lane* lane);
    asio::awaitable<void> renew_permits(Lane* lane);
    db::Permit permit_of(const Departure& departure) const;

    asio::awaitable<void> deliver(db::ClaimedMessage message, db::Permit permit);
    asio::awaitable<db::SendOutcome> attempt(db::ClaimedMessage message);
    asio::awaitable<void> record(db::SendOutcome outcome);
    asio::awaitable<void> settle(db::Batch<db::SendOutcome> outcomes);
    twilio::OutgoingMessage to_outgoing(const db::ClaimedMessage& message) const;
    void count(const twilio::SendResult& result);

    asio::awaitable<void> probe_everything();
    asio::awaitable<void> pause(db::SenderFault fault);
    asio::awaitable<void> resume(std::string sender);

    asio::awaitable<void> expire_leases();
    asio::awaitable<void> end_canceled(std::vector<std::int64_t> campaigns);

    asio::any_io_executor executor_;
    db::Outbox outbox_;
    db::Senders senders_;
    twilio::Client& client_;
    DispatcherOptions options_;
    db::GroupCommit<db::SendOutcome> outcomes_;
    Concurrency concurrency_;
    CircuitBreaker breaker_;
    ClockOffset clock_;
    std::map<std::string, Lane> lanes_; // by sender
    std::set<std::string> paused_;      // by this process, until one of their messages is claimed again
    config::Wakeup change_;             // something to claim, a free place, or the end
    std::multimap<std::int64_t, config::Wakeup*> campaign_waiters_;
    Steady next_expiry_{};
    DispatcherCounters counters_;
    bool lacks_places_ = false;
    bool ends_canceled_ = false;
    bool stopping_ = false;
};

} // namespace waybill::sending
