#include "db/outbox/free_queues.hpp"

#include "db/postgres/transaction.hpp"

namespace waybill::db
{

void FreeQueues::add(const Offers::Offer& offer, std::size_t sender, int share,
                     std::optional<std::int64_t> segments_left)
{
    const bool is_single = offer.campaign_id == 0;
    const auto [place, is_new] =
        places_.try_emplace({offer.campaign_id, is_single ? offer.sender : ""}, queues_.size());
    if (is_new) {
        FreeQueue queue;
        queue.sender = sender;
        queue.campaign_id = offer.campaign_id;
        if (offer.budgeted) queue.segments_left = segments_left.value_or(0);
        queues_.push_back(std::move(queue));
        prices_.push_back(offer.price);
    }
    if (is_single) {
        single_senders_.add(offer.sender);
        max_of_single_.add(share);
    }
    else if (offer.zones.empty()) {
        campaigns_.add(offer.campaign_id);
        max_of_campaigns_.add(share);
    }
    else {
        zoned_campaigns_.add(offer.campaign_id);
        zones_.add(std::string_view(offer.zones));
        max_of_zones_.add(share);
    }
}

std::vector<FreeQueue> FreeQueues::read(Transaction& tx, std::optional<Time> moment,
                                        const std::optional<std::string>& day, bool day_used_up)
{
    if (queues_.empty()) return {};
    for (const pqxx::row& row : tx.exec("find_free", campaigns_.take(), max_of_campaigns_.take(),
                                        single_senders_.take(), max_of_single_.take(), zoned_campaigns_.take(),
                                        zones_.take(), max_of_zones_.take(), micros(moment), day, day_used_up)) {
        const std::size_t queue = places_.at({row["campaign_id"].as<std::int64_t>(), row["sender"].as<std::string>()});
        queues_[queue].messages.push_back({row["message_id"].as<MessageId>(), row["segments"].as<int>(),
                                           row["price"].as<std::int64_t>(prices_[queue]), row["is_paid"].as<bool>()});
    }
    return std::move(queues_);
}

} // namespace waybill::db
