#pragma once

#include "config/wakeup.hpp"
#include "db/outbox/outbox.hpp"
#include "db/outbox/senders.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

namespace waybill::sending
{

namespace asio = boost::asio;

// Pauses senders and the whole account when they have a fault, and resumes them when a probe gets through. PostgreSQL
// keeps the pauses for all processes; those that this process began hold messages back before PostgreSQL has them.
class SenderPauses
{
public:
    // `wakeup` wakes when a sender is resumed: its messages may be claimed again.
    SenderPauses(db::Senders senders, std::chrono::milliseconds probe_after, config::Wakeup& wakeup);

    // Lets each paused sender be probed now: its fault may have been fixed while this process did not run.
    asio::awaitable<void> probe_everything();

    asio::awaitable<void> begin(db::SenderFault fault);
    asio::awaitable<void> end_for(db::ClaimedMessage probe); // what the message has probed

    void claimed(const std::string& sender); // by PostgreSQL's word, it may send

    // The permit, unless a pause of this process holds the message back.
    db::Permit narrowed(db::Permit permit, const db::ClaimedMessage& message) const;

    std::uint64_t account_pauses() const { return account_pauses_; } // that this process began
    std::uint64_t sender_pauses() const { return sender_pauses_; }

private:
    asio::awaitable<void> store(const db::SenderFault& fault);
    asio::awaitable<void> resume(std::string sender);

    db::Senders senders_;
    std::chrono::milliseconds probe_after_;
    config::Wakeup& wakeup_;
    std::set<std::string> paused_; // by this process, until one of their messages is claimed again
    std::uint64_t account_pauses_ = 0, sender_pauses_ = 0;
};

} // namespace waybill::sending
