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
    int failed_percent = 30;  // of the messages with a known end: failed for reasons that are not the recipient's own
};

struct GuardReason
{
    int code = 0;     // the error that stands for it
    std::string text; // for people: the counts, what they mean, what to do
};

// Why a campaign with these failures had better stop: pure. Errors that concern one recipient alone (an unknown or
// unreachable number, an opt-out) never are a reason. Few messages prove nothing: 5 filtered ones, 50 known ends or 3
// failures for the same fault of the account or sender must be there.
std::optional<GuardReason> reason_to_pause(const db::CampaignHealth& health, const GuardLimits& limits);

struct GuardCounters
{
    std::uint64_t paused = 0; // campaigns, by this process
};

// Looks at the running campaigns once a second: pauses those that had better stop, each once, and completes those that
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
    void tell(const db::CampaignHealth& campaign, const GuardReason& reason);

    asio::any_io_executor executor_;
    db::CampaignControl control_;
    GuardLimits limits_;
    GuardCounters counters_;
};

} // namespace waybill::tracking
