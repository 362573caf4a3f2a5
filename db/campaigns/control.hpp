#pragma once

#include "db/campaigns/campaigns.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

enum class Control
{
    done,
    wrong_state, // the campaign's status does not allow it
    below_spent, // the new budget is less than what is spent already
    no_budget    // there is no budget that could be changed
};

struct ControlResult
{
    Control control = Control::wrong_state;
    std::optional<Campaign> campaign; // as it is now; empty: there is none of that id
};

// A campaign at work, and how its messages fare.
struct CampaignHealth
{
    std::int64_t id = 0;
    std::string public_id;
    std::int64_t accepted = 0;      // messages that Twilio took
    std::int64_t final = 0;         // messages that were delivered or not, or refused
    std::vector<ErrorCount> errors; // of those that were not delivered or were refused
};

// What stops campaigns and lets them go on. A campaign's status alone decides whether its messages are claimed, so
// every change here is one guarded update of it.
class CampaignControl
{
public:
    explicit CampaignControl(Database& database) : database_(database) {}

    asio::awaitable<ControlResult> pause(std::string public_id);
    asio::awaitable<ControlResult> cancel(std::string public_id); // who claims ends the messages that have not left

    // Goes on where it stood, with another budget if one is given; a campaign that has nothing left to send is
    // completed.
    asio::awaitable<ControlResult> resume(std::string public_id, std::optional<std::int64_t> max_cost);

    // Campaigns at work that have failures and were never paused for them.
    asio::awaitable<std::vector<CampaignHealth>> to_guard();

    // Pauses one of them, once; false when another process was faster or its state has changed.
    asio::awaitable<bool> guard(std::int64_t id, std::string reason);

    // What no outcome of a message has completed: the last one that was put back was settled meanwhile.
    asio::awaitable<void> complete_idle();

private:
    Database& database_;
};

} // namespace waybill::db
