#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace waybill::db
{

// Walks the messages of all campaigns that have some without a final status, over and over, a bounded number of rows
// per step: no query is long, nothing is scanned twice in a round, and no index on what receipts change is needed.
class OverdueWalk
{
public:
    explicit OverdueWalk(Database& database, int window = 10'000) : database_(database), window_(window) {}

    struct Step
    {
        std::vector<MessageId> ids;
        bool round_ended = false;
    };

    // The next messages, oldest first, that Twilio accepted, that were claimed in that time, and for which no look-up
    // is due yet.
    asio::awaitable<Step> step(Time claimed_after, Time claimed_before, int limit);

private:
    // A campaign, or the messages without one.
    struct Place
    {
        std::optional<std::int64_t> campaign_id;
        MessageId above = 0; // where the walk through it stands
    };
    struct Window;

    asio::awaitable<std::vector<Place>> plan_round(Time claimed_after, Time claimed_before);
    asio::awaitable<Window> look(Place place, Time claimed_after, Time claimed_before, int limit);

    Database& database_;
    int window_;
    std::vector<Place> places_; // what is left of the round, the next one last
    bool walking_ = false;
};

} // namespace waybill::db
