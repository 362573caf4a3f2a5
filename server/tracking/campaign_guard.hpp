#pragma once

#include "config/background_task.hpp"
#include "db/campaigns/control.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace waybill::tracking
{

namespace asio = boost::asio;

// In percent; 0: no limit.
struct GuardLimits
{
    int filtered_percent = 3; // of the accepted messages: blocked by carriers as spam (30007)
    int failed_percent = 30;  // of the messages with a final status: failed for reasons other than the recipient
};

struct GuardReason
{
    int code = 0;     // the most frequent error
    std::string text; // for people: the counts, what they mean, what to do
};

// Why a campaign with these failures should be paused: pure. Errors that concern one recipient alone (an unknown or
// unreachable number, an opt-out) are never a reason. A few messages prove nothing: it takes 5 filtered messages, 50
// final statuses, or 3 failures for the same fault of the account or sender.
std::optional<GuardReason> reason_to_pause(const db::CampaignHealth& health, const GuardLimits& limits);

struct GuardCounters
{
    std::uint64_t paused = 0; // campaigns, by this process
};

// Checks the running campaigns once a second: pauses those that fail too often, each once, and completes those that
// have nothing left to send. Any number of processes may do so at the same time.
class CampaignGuard
{
public:
    CampaignGuard(asio::any_io_executor executor, db::CampaignControl control, GuardLimits limits)
        : executor_(executor), control_(control), limits_(limits)
    {
    }

    config::BackgroundTask task();

    const GuardCounters& counters() const { return counters_; }

private:
    asio::awaitable<void> look();
    void report(const db::CampaignHealth& campaign, const GuardReason& reason);

    asio::any_io_executor executor_;
    db::CampaignControl control_;
    GuardLimits limits_;
    GuardCounters counters_;
};

} // namespace waybill::tracking
