#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/requests/audit.hpp"

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
    below_spent, // the new budget is less than what has been spent already
    no_budget,   // the campaign has no budget to change
    rows_gone    // its list is not kept any more, so that no other text can be written
};

struct ControlResult
{
    Control control = Control::wrong_state;
    std::optional<Campaign> campaign; // as it is now; empty: no campaign has that id
};

// A campaign at work, and how its messages fare.
struct CampaignHealth
{
    std::int64_t id = 0;
    std::string public_id;
    std::int64_t accepted = 0;      // messages that Twilio accepted
    std::int64_t final = 0;         // messages that were delivered, not delivered, or refused
    std::vector<ErrorCount> errors; // of those that were not delivered or were refused
};

// Stops campaigns and resumes them. A campaign's status alone decides whether its messages are claimed, so
// every change here is one guarded update of it.
class CampaignControl
{
public:
    explicit CampaignControl(Database& database) : database_(database) {}

    // The principal; empty when it was created without one. Nothing: no campaign has that id.
    asio::awaitable<std::optional<std::string>> creator(std::string public_id);
    asio::awaitable<std::optional<std::string>> creator_of_message(MessageId id);

    asio::awaitable<ControlResult> pause(std::string public_id, Actor by);

    // The next claims end the messages that have not left.
    asio::awaitable<ControlResult> cancel(std::string public_id, Actor by);

    // Resumes where it stopped, with another budget if one is given; a campaign that has nothing left to send is
    // completed.
    asio::awaitable<ControlResult> resume(std::string public_id, std::optional<std::int64_t> max_cost, Actor by);

    // Campaigns at work that have failures and were never paused for them.
    asio::awaitable<std::vector<CampaignHealth>> to_guard();

    // Pauses one of them, once; false when another process was faster or its state has changed.
    asio::awaitable<bool> guard(std::int64_t id, std::string reason);

    // Completes campaigns that no outcome of a message has completed: the last message that was put back was settled
    // by a receipt.
    asio::awaitable<void> complete_idle();

private:
    Database& database_;
};

} // namespace waybill::db
