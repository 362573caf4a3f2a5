#pragma once

#include "db/outbox/claim.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// Which free messages leave next, and when: pure.
namespace waybill::db
{

// The first free messages of a campaign, or a sender's single ones, in order.
struct FreeQueue
{
    struct Message
    {
        MessageId id = 0;
        int segments = 1;
        std::int64_t price = 0; // of a segment, in 1/10 000 USD
        bool is_paid = false;   // the day's budget has paid for it
    };

    std::size_t sender = 0;                    // in the list of senders
    std::int64_t campaign_id = 0;              // 0: single messages, which go ahead of campaigns
    std::optional<std::int64_t> segments_left; // of its budget; moved along
    std::vector<Message> messages;
};

struct ClaimPlan
{
    struct Message
    {
        MessageId id = 0;
        std::size_t sender = 0; // in the list of senders
        Time slot;
        std::int64_t price = 0; // of a segment
    };

    // A campaign whose next message costs more than its budget has left.
    struct Spent
    {
        std::int64_t campaign_id = 0;
        int segments = 0; // of that message
    };

    std::vector<Message> messages; // by slot
    std::vector<Spent> spent;
    std::int64_t day_cost = 0;             // of the messages, without those that the day has paid for
    std::optional<std::int64_t> day_short; // what the cheapest message costs for which the day had not enough left
};

// Picks up to `limit` messages whose slot begins before `until`, always for the sender that may send first, and moves
// the senders on. Campaigns of a sender take turns, starting after the one that had the last turn. `day_left`: of the
// day's budget, in 1/10 000 USD; empty: there is none.
ClaimPlan plan_claim(std::vector<SenderTurn>& senders, std::vector<FreeQueue> queues, Time until, int limit,
                     std::optional<std::int64_t> day_left = {});

} // namespace waybill::db
