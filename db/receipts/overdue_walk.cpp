#include "db/receipts/overdue_walk.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <algorithm>
#include <sstream>

namespace waybill::db
{

// The counters tell which campaigns can have such messages: made before the time, moved after its beginning.
const Statement open_campaigns_statement{"open_campaigns", R"sql(
select c.id from campaigns c join campaign_counters k on k.campaign_id = c.id
 where k.accepted + k.sent > 0
   and k.updated_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
   and c.created_at <= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
 order by c.id desc)sql"};

// $2 above which id, $3 rows to look at, $4 … $5 claimed in that time, $6 messages at most. A message was claimed after
// it was made. The order by both columns keeps PostgreSQL on the index of both, whatever campaign it is.
#define WAYBILL_FIND_OVERDUE(WHERE)                                                                                    \
    "with seen as ("                                                                                                   \
    "    select id, status, lookup_at, claimed_at from messages"                                                       \
    "     where " WHERE " order by campaign_id, id limit $3::int"                                                      \
    "), overdue as ("                                                                                                  \
    "    select id from seen"                                                                                          \
    "     where status in ('accepted', 'sent') and lookup_at is null"                                                  \
    "       and claimed_at >= timestamptz 'epoch' + $4::bigint * interval '1 microsecond'"                             \
    "       and claimed_at <= timestamptz 'epoch' + $5::bigint * interval '1 microsecond'"                             \
    "     order by id limit $6::int"                                                                                   \
    ") select (select count(*) from seen) as seen, (select max(id) from seen) as last,"                                \
    "         (select string_agg(id::text, ' ' order by id) from overdue) as ids"

#define WAYBILL_MADE_BEFORE "message_id_at(timestamptz 'epoch' + $5::bigint * interval '1 microsecond')"

const Statement overdue_of_campaign_statement{
    "overdue_of_campaign", WAYBILL_FIND_OVERDUE("(campaign_id, id) > ($1::bigint, $2::bigint) "
                                                "and (campaign_id, id) < ($1::bigint, " WAYBILL_MADE_BEFORE ")")};

const Statement overdue_of_none_statement{
    "overdue_of_none",
    WAYBILL_FIND_OVERDUE(
        "campaign_id is null and $1::bigint is null and id > $2::bigint and id < " WAYBILL_MADE_BEFORE)};

namespace
{

constexpr std::chrono::days longest_schedule{35}; // a message may be made so long before it is sent

// As message_id_at in migrations/0001.
MessageId first_id_at(Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() << 30;
}

std::vector<MessageId> read_ids(const std::string& list)
{
    std::vector<MessageId> ids;
    std::istringstream numbers(list);
    for (MessageId id = 0; numbers >> id;)
        ids.push_back(id);
    return ids;
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
        places.push_back({std::nullopt, first_id_at(claimed_after - longest_schedule)});
        for (const pqxx::row& row : tx.exec(open_campaigns_statement, micros(claimed_after), micros(claimed_before)))
            places.push_back({row[0].as<std::int64_t>(), 0});
        return places;
    });
}

asio::awaitable<OverdueWalk::Window> OverdueWalk::look(Place place, Time claimed_after, Time claimed_before, int limit)
{
    return database_.transact([place, claimed_after, claimed_before, limit, size = window_](Transaction& tx) {
        const Statement& statement = place.campaign_id ? overdue_of_campaign_statement : overdue_of_none_statement;
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
