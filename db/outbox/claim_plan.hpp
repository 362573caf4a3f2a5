#pragma once

#include "db/types/types.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Which free messages leave next, and when: pure.
namespace waybill::db
{

// A sender that may send. A message takes as many slots as it has segments, each of 1/per_second.
struct SenderTurn
{
    std::string sender;
    double per_second = 1;
    Time next;                        // its next free slot; moved behind what is planned
    std::int64_t last_campaign = 0;   // that had a turn; moved along
    bool is_shared = false;           // another process claims for it as well
    std::optional<int> most_messages; // one, when it is only tried whether the sender works again
};

struct FreeMessage
{
    MessageId id = 0;
    int segments = 1;
};

// The first free messages of a campaign, or a sender's single ones, in order.
struct FreeQueue
{
    std::size_t sender = 0;                    // in the list of senders
    std::int64_t campaign_id = 0;              // 0: single messages, which go ahead of campaigns
    std::optional<std::int64_t> segments_left; // of its budget; moved along
    std::vector<FreeMessage> messages;
};

struct PlannedMessage
{
    MessageId id = 0;
    std::size_t sender = 0;
    Time slot;
};

// A campaign whose next message costs more than what its budget has left.
struct SpentBudget
{
    std::int64_t campaign_id = 0;
    int segments = 0; // of that message
};

struct ClaimPlan
{
    std::vector<PlannedMessage> messages; // by slot
    std::vector<SpentBudget> spent;
};

// Takes up to `limit` messages whose slot begins before `until`, always for the sender that may send first. Campaigns
// of a sender take turns, beginning behind the one that had the last turn.
ClaimPlan plan_claim(std::vector<SenderTurn>& senders, std::vector<FreeQueue> queues, Time until, int limit);

} // namespace waybill::db
