#pragma once

#include "db/outbox/claim_offers.hpp"
#include "db/outbox/claim_plan.hpp"
#include "db/postgres/arrays.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::db
{

class Transaction;

// The free messages that offers stand for. A campaign has one queue, whatever time zones its messages go to, so that it
// has one turn and one budget.
class FreeQueues
{
public:
    // At most `share` messages; the sender is its place in the list of senders.
    void add(const Offers::Offer& offer, std::size_t sender, int share, std::optional<std::int64_t> segments_left);

    // `day`: whose budget pays; empty: none.
    std::vector<FreeQueue> read(Transaction& tx, std::optional<Time> moment, const std::optional<std::string>& day,
                                bool day_used_up);

private:
    std::vector<FreeQueue> queues_;
    std::vector<std::int64_t> prices_;                                   // of the queues
    std::map<std::pair<std::int64_t, std::string>, std::size_t> places_; // by campaign; single messages by sender
    ArrayLiteral campaigns_, max_of_campaigns_;
    ArrayLiteral single_senders_, max_of_single_;
    ArrayLiteral zoned_campaigns_, zones_, max_of_zones_;
};

} // namespace waybill::db
