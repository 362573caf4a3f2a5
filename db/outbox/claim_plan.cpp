#include "db/outbox/claim_plan.hpp"

#include <algorithm>
#include <chrono>

namespace waybill::db
{

namespace
{

Time::duration length(const SenderTurn& sender, int segments)
{
    return std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(segments / sender.per_second));
}

class Planning
{
public:
    Planning(std::vector<SenderTurn>& senders, std::vector<FreeQueue> queues, Time until,
             std::optional<std::int64_t> day_left)
        : senders_(senders), queues_(std::move(queues)), places_(queues_.size()), until_(until), day_left_(day_left)
    {
        std::ranges::sort(queues_, {}, &FreeQueue::campaign_id);
    }

    ClaimPlan make(int limit)
    {
        while (static_cast<int>(plan_.messages.size()) < limit && take_next()) {
        }
        return std::move(plan_);
    }

private:
    // For the sender whose slot comes first; senders without a message are skipped.
    bool take_next()
    {
        std::vector<std::size_t> order;
        for (std::size_t sender = 0; sender < senders_.size(); ++sender)
            if (senders_[sender].next < until_ && senders_[sender].max_messages != 0) order.push_back(sender);
        std::ranges::sort(order, {}, [this](std::size_t sender) { return senders_[sender].next; });
        return std::ranges::any_of(order, [this](std::size_t sender) { return take_for(sender); });
    }

    bool take_for(std::size_t sender)
    {
        const std::optional<std::size_t> queue = next_queue(sender);
        if (!queue) return false;
        FreeQueue& from = queues_[*queue];
        SenderTurn& turn = senders_[sender];
        const FreeQueue::Message& message = from.messages[places_[*queue]++];
        plan_.messages.push_back({message.id, sender, turn.next, message.price});
        plan_.day_cost += cost_of(message);
        turn.next += length(turn, message.segments);
        if (from.campaign_id != 0) turn.last_campaign = from.campaign_id;
        if (from.segments_left) *from.segments_left -= message.segments;
        if (turn.max_messages) --*turn.max_messages;
        return true;
    }

    // Single messages, then the first campaign after the one that had the last turn, then from the beginning.
    std::optional<std::size_t> next_queue(std::size_t sender)
    {
        std::optional<std::size_t> first;
        for (std::size_t queue = 0; queue < queues_.size(); ++queue) {
            if (queues_[queue].sender != sender || !has_next(queue)) continue;
            const std::int64_t campaign = queues_[queue].campaign_id;
            if (campaign == 0 || campaign > senders_[sender].last_campaign) return queue;
            if (!first) first = queue;
        }
        return first;
    }

    bool has_next(std::size_t queue)
    {
        FreeQueue& from = queues_[queue];
        while (places_[queue] < from.messages.size() && waits_for_next_day(from.messages[places_[queue]]))
            ++places_[queue];
        if (places_[queue] == from.messages.size()) return false;
        const int segments = from.messages[places_[queue]].segments;
        if (!from.segments_left || segments <= *from.segments_left) return true;
        plan_.spent.push_back({from.campaign_id, segments});
        from.messages.clear();
        places_[queue] = 0;
        return false;
    }

    static std::int64_t cost_of(const FreeQueue::Message& message)
    {
        return message.is_paid ? 0 : message.segments * message.price;
    }

    bool waits_for_next_day(const FreeQueue::Message& message)
    {
        const std::int64_t cost = cost_of(message);
        if (!day_left_ || plan_.day_cost + cost <= *day_left_) return false;
        plan_.day_short = std::min(plan_.day_short.value_or(cost), cost);
        return true;
    }

    std::vector<SenderTurn>& senders_;
    std::vector<FreeQueue> queues_; // by campaign
    std::vector<std::size_t> places_;
    Time until_;
    std::optional<std::int64_t> day_left_;
    ClaimPlan plan_;
};

} // namespace

ClaimPlan plan_claim(std::vector<SenderTurn>& senders, std::vector<FreeQueue> queues, Time until, int limit,
                     std::optional<std::int64_t> day_left)
{
    return Planning(senders, std::move(queues), until, day_left).make(limit);
}

} // namespace waybill::db
