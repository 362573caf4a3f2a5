#pragma once

#include "config/wakeup.hpp"
#include "db/outbox/outbox.hpp"
#include "server/sending/clock_offset.hpp"
#include "server/sending/dispatcher_options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace waybill::sending
{

namespace asio = boost::asio;

// Asks the outbox for messages, in the same clock as this process, and puts it in order: leases that ran out, campaigns
// that were canceled.
class Claiming
{
public:
    using Time = std::chrono::steady_clock::time_point;

    // `wakeup` wakes when is_ending_canceled() has become false after stop().
    Claiming(asio::any_io_executor executor, db::Outbox outbox, const DispatcherOptions& options,
             config::Wakeup& wakeup);

    // Committed when it completes. `senders`: as this process left them.
    asio::awaitable<db::Claim> claim(int limit, std::map<std::string, db::SenderTurn> senders);
    Time next_claim_after(const db::Claim& claim) const;

    asio::awaitable<void> expire_leases(); // several times per lease; otherwise does nothing

    void stop() { stopping_ = true; }
    bool is_ending_canceled() const { return is_ending_canceled_; }

    const ClockOffset& clock() const { return clock_; }
    std::uint64_t expired_leases() const { return expired_leases_; }

private:
    void note_day(bool is_used_up);
    asio::awaitable<void> end_canceled(std::vector<std::int64_t> campaigns);
    asio::awaitable<void> end_all_of(const std::vector<std::int64_t>& campaigns);

    asio::any_io_executor executor_;
    db::Outbox outbox_;
    const DispatcherOptions& options_;
    config::Wakeup& wakeup_;
    ClockOffset clock_;
    Time next_expiry_{};
    std::uint64_t expired_leases_ = 0;
    bool is_ending_canceled_ = false;
    bool stopping_ = false;
    bool day_used_up_ = false;
};

} // namespace waybill::sending
