#pragma once

#include "db/group_commit.hpp"
#include "db/outbox.hpp"
#include "server/sending/rate_limit.hpp"
#include "server/twilio/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace waybill::sending
{

namespace asio = boost::asio;

struct SenderOptions
{
    std::string public_base_url; // of the StatusCallback: URL/webhooks/twilio/status/{message id}
    std::string callback_overrides;  // Twilio's connection overrides, behind the #; empty: none
    double messages_per_second = 10; // segments a second for each sender
    int max_in_flight = 50;
    std::chrono::seconds lease{120}; // longer than any exchange with Twilio can take
    std::chrono::seconds poll{2};    // looks for due messages at least this often
};

struct SenderCounters
{
    std::uint64_t accepted = 0, rejected = 0, throttled = 0, not_sent = 0, unknown = 0;
    std::uint64_t expired_leases = 0;
    int in_flight = 0;
};

// Claims messages, sends each at the pace its sender may keep, records what became of it. A claim is committed before its request
// leaves, and a lost reply is never sent again: nobody is texted twice.
class Sender
{
public:
    Sender(asio::any_io_executor executor, db::Outbox outbox, twilio::Client& client, SenderOptions options);

    asio::awaitable<void> run(); // until stop(); completes when every send in flight is recorded
    void stop();                 // claims nothing more
    void wake();                 // there may be something to claim

    // Completes when the campaign has nothing left to send, or at the deadline, or when nothing was heard of it for a while: read
    // the campaign then.
    asio::awaitable<void> wait_for_campaign(std::int64_t campaign_id, std::chrono::steady_clock::time_point deadline);

    const SenderCounters& counters() const { return counters_; }

private:
    asio::awaitable<std::vector<db::ClaimedMessage>> claim_some();
    asio::awaitable<void> start_in_turn(db::ClaimedMessage message);
    asio::awaitable<void> deliver(db::ClaimedMessage message);
    asio::awaitable<void> record(db::SendOutcome outcome);
    asio::awaitable<void> settle(db::Batch<db::SendOutcome> outcomes);
    asio::awaitable<void> pause_for(std::chrono::steady_clock::time_point until);
    asio::awaitable<void> expire_leases();
    twilio::OutgoingMessage to_outgoing(const db::ClaimedMessage& message) const;
    void count(const twilio::SendResult& result);

    asio::any_io_executor executor_;
    db::Outbox outbox_;
    twilio::Client& client_;
    SenderOptions options_;
    db::GroupCommit<db::SendOutcome> outcomes_;
    std::map<std::string, RateLimit> rate_limits_; // by sender
    asio::steady_timer change_;                    // cancelled when something to do, a free place or the end has come
    std::multimap<std::int64_t, asio::steady_timer*> campaign_waiters_;
    SenderCounters counters_;
    bool stopping_ = false;
    bool woken_ = false;
};

} // namespace waybill::sending
