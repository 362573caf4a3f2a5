#pragma once

#include "config/background_task.hpp"
#include "config/wakeup.hpp"
#include "db/outbox/outbox.hpp"
#include "db/outbox/senders.hpp"
#include "server/sending/claiming.hpp"
#include "server/sending/concurrency.hpp"
#include "server/sending/delivery.hpp"
#include "server/sending/dispatcher_options.hpp"
#include "server/sending/lane.hpp"
#include "server/sending/outcome_recorder.hpp"
#include "server/sending/sender_pauses.hpp"
#include "server/twilio/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace waybill::sending
{

namespace asio = boost::asio;

struct DispatcherCounters
{
    std::uint64_t accepted = 0, rejected = 0, throttled = 0, not_sent = 0, unknown = 0;
    std::uint64_t expired_leases = 0;
    std::uint64_t account_pauses = 0, sender_pauses = 0; // that this process began
    int in_flight = 0;
};

// Claims messages, hands each to the lane of its sender, which sends it at the sender's pace, and has its outcome
// recorded. A claim is committed before its request leaves, and a message whose reply is lost is never sent again: no
// recipient is texted twice.
class Dispatcher
{
public:
    Dispatcher(asio::any_io_executor executor, db::Outbox outbox, db::Senders senders, twilio::Client& client,
               DispatcherOptions options);

    config::BackgroundTask task();  // when stopped, it claims nothing more and ends when every outcome is recorded
    void wake() { change_.wake(); } // there may be something to claim

    // Completes when the campaign has nothing left to send, or at the deadline, or when nothing has been heard of it
    // for a while: the caller then reads the campaign.
    asio::awaitable<void> wait_for_campaign(std::int64_t campaign_id, std::chrono::steady_clock::time_point deadline)
    {
        return recorder_.wait_for_campaign(campaign_id, deadline);
    }

    DispatcherCounters counters() const;
    const twilio::ErrorCounts& errors() const { return delivery_.errors(); } // that Twilio refused messages for
    int concurrency_limit() const { return places_.concurrency().limit(); }
    double rate_of(const std::string& sender) const { return options_.rates.rate_of(sender); }

private:
    using Time = std::chrono::steady_clock::time_point;

    asio::awaitable<void> run();
    void stop();
    asio::awaitable<Time> round(); // returns when the next one is due
    asio::awaitable<Time> claim_some();
    std::map<std::string, db::SenderTurn> turns() const;
    void hand_out(db::Claim claim);
    Lane& lane_of(const std::string& sender);

    DispatcherOptions options_;
    config::Wakeup change_; // something to claim, a free place, or the end
    Places places_;
    SenderPauses pauses_;
    OutcomeRecorder recorder_;
    Delivery delivery_;
    Claiming claiming_;
    LaneParts lane_parts_;
    std::map<std::string, Lane> lanes_; // by sender
    std::string problem_;               // the error of the last round; empty: it went well
    bool stopping_ = false;
};

} // namespace waybill::sending
