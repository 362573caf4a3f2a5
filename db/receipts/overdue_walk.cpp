#include "db/receipts/overdue_walk.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::chrono::days max_schedule{35}; // how long before its sending a message may be created

// As message_id_at() in the schema.
MessageId first_id_at(Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() << 30;
}

} // namespace

struct OverdueWalk::Window
{
    std::vector<MessageId> ids;
    MessageId last = 0; // seen
    bool is_last = false;
};

asio::awaitable<OverdueWalk::Step> OverdueWalk::step(Time claimed_after, Time claimed_before, int limit)
{
    Step step;
    if (!std::exchange(walking_, true)) places_ = co_await plan_round(claimed_after, claimed_before);
    if (!places_.empty()) {
        const Place place = places_.back();
        Window window = co_await look(place, claimed_after, claimed_before, limit);
        if (window.is_last)
            places_.pop_back();
        else
            places_.back().above = window.last;
        step.ids = std::move(window.ids);
    }
    step.round_ended = places_.empty();
    walking_ = !step.round_ended;
    co_return step;
}

asio::awaitable<std::vector<OverdueWalk::Place>> OverdueWalk::plan_round(Time claimed_after, Time claimed_before)
{
    return database_.transact([claimed_after, claimed_before](Transaction& tx) {
        std::vector<Place> places;
        places.push_back({std::nullopt, first_id_at(claimed_after - max_schedule)});
        for (const pqxx::row& row : tx.exec("open_campaigns", micros(claimed_after), micros(claimed_before)))
            places.push_back({row[0].as<std::int64_t>(), 0});
        return places;
    });
}

asio::awaitable<OverdueWalk::Window> OverdueWalk::look(Place place, Time claimed_after, Time claimed_before, int limit)
{
    return database_.transact([place, claimed_after, claimed_before, limit, size = window_](Transaction& tx) {
        const Statement statement = place.campaign_id ? Statement("overdue_of_campaign") : Statement("overdue_of_none");
        const pqxx::row row = tx.exec(statement, place.campaign_id, place.above, size, micros(claimed_after),
                                      micros(claimed_before), limit)
                                  .at(0);
        Window window;
        window.ids = read_ids(row["ids"].as<std::string>(""));
        window.last = row["last"].as<MessageId>(0);
        window.is_last = row["seen"].as<int>() < size;
        if (window.ids.size() < static_cast<std::size_t>(limit)) return window;
        window.last = window.ids.back(); // there may be more in the same window
        window.is_last = false;
        return window;
    });
}

} // namespace waybill::db
