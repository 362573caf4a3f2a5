#include "db/events/deliveries.hpp"

#include "db/events/event_rows.hpp"
#include "db/postgres/arrays.hpp"

#include <limits>
#include <utility>

namespace waybill::db
{

namespace
{

std::string_view name_of(DeliveryState state)
{
    if (state == DeliveryState::delivered) return "delivered";
    return state == DeliveryState::failed ? "failed" : "waiting";
}

std::optional<std::int64_t> wait_of(const DeliveryRecord& record)
{
    if (record.state == DeliveryState::waits) return record.wait.count();
    if (record.state == DeliveryState::behind) return -1;
    return std::nullopt;
}

void keep_records(Transaction& tx, std::int64_t endpoint_id, const std::vector<DeliveryRecord>& records)
{
    if (records.empty()) return;
    ArrayLiteral numbers, keys, states, attempts, times, statuses, answers, waits;
    for (const DeliveryRecord& record : records) {
        numbers.add(record.number);
        keys.add(record.order_key);
        states.add(name_of(record.state));
        attempts.add(record.attempts);
        times.add(record.milliseconds);
        statuses.add(record.status);
        answers.add(std::string_view(record.answer));
        waits.add(wait_of(record));
    }
    tx.exec("keep_deliveries", endpoint_id, numbers.take(), keys.take(), states.take(), attempts.take(), times.take(),
            statuses.take(), answers.take(), waits.take());
}

EventPage read_page(const pqxx::result& rows)
{
    EventPage page;
    const RowReader<Event> reader(rows);
    const auto is_wanted = rows.column_number("is_wanted"), number = rows.column_number("number");
    for (const pqxx::row& row : rows) {
        if (row[is_wanted].as<bool>()) page.wanted.push_back(reader.read(row));
        page.last = row[number].as<EventNumber>();
    }
    page.looked_at = static_cast<int>(rows.size());
    return page;
}

std::vector<Endpoint> lease_endpoints(Transaction& tx, const Holder& holder)
{
    std::vector<Endpoint> leased;
    for (const auto id : read_column<std::int64_t>(tx.exec("lease_endpoints", holder.name, holder.lease.count())))
        leased.push_back(read_first<Endpoint>(tx.exec("list_endpoints", id)).value());
    return leased;
}

} // namespace

asio::awaitable<std::vector<Endpoint>> Deliveries::lease(Holder holder)
{
    return database_.transact([holder = std::move(holder)](Transaction& tx) { return lease_endpoints(tx, holder); });
}

asio::awaitable<void> Deliveries::release(Holder holder)
{
    return database_.transact([name = std::move(holder.name)](Transaction& tx) { tx.exec("release_endpoints", name); });
}

asio::awaitable<EventPage> Deliveries::next(std::int64_t endpoint_id, EventNumber above, int limit)
{
    return database_.transact([endpoint_id, above, limit](Transaction& tx) {
        return read_page(tx.exec("events_for", endpoint_id, above, limit));
    });
}

asio::awaitable<std::vector<DueEvent>> Deliveries::due(std::int64_t endpoint_id, int limit)
{
    return database_.transact([endpoint_id, limit](Transaction& tx) {
        const pqxx::result rows = tx.exec("due_deliveries", endpoint_id, limit);
        const RowReader<Event> reader(rows);
        std::vector<DueEvent> due;
        for (const pqxx::row& row : rows)
            due.push_back({reader.read(row), row["attempts"].as<int>()});
        return due;
    });
}

asio::awaitable<std::vector<std::int64_t>> Deliveries::waiting_keys(std::int64_t endpoint_id)
{
    return database_.transact(
        [endpoint_id](Transaction& tx) { return read_column<std::int64_t>(tx.exec("waiting_keys", endpoint_id)); });
}

asio::awaitable<std::vector<EventNumber>> Deliveries::kept(std::int64_t endpoint_id, EventNumber position)
{
    return database_.transact([endpoint_id, position](Transaction& tx) {
        return read_column<EventNumber>(tx.exec("kept_deliveries", endpoint_id, position));
    });
}

asio::awaitable<std::optional<std::vector<std::int64_t>>> Deliveries::keep(std::int64_t endpoint_id, Holder holder,
                                                                           Progress progress)
{
    using Waiting = std::optional<std::vector<std::int64_t>>;
    return database_.transact(
        [endpoint_id, holder = std::move(holder), progress = std::move(progress)](Transaction& tx) -> Waiting {
            const pqxx::result held =
                tx.exec("keep_position", endpoint_id, holder.name, progress.position, holder.lease.count());
            if (held.empty()) return std::nullopt;
            keep_records(tx, endpoint_id, progress.records);
            if (progress.keys.empty()) return std::vector<std::int64_t>();
            return read_column<std::int64_t>(tx.exec("let_next", endpoint_id, array_of(progress.keys)));
        });
}

asio::awaitable<std::vector<ShownDelivery>> Deliveries::list(DeliveryQuery query)
{
    return database_.transact([query = std::move(query)](Transaction& tx) {
        const auto below = query.below.value_or(std::numeric_limits<EventNumber>::max());
        return read_rows<ShownDelivery>(tx.exec("list_deliveries", query.endpoint_id, below, query.state, query.limit));
    });
}

asio::awaitable<std::int64_t> Deliveries::replay(std::int64_t endpoint_id, Replay replay, Actor by)
{
    Action action{"endpoint.replay", std::to_string(endpoint_id)};
    return change(
        database_, std::move(by), std::move(action), [endpoint_id, replay = std::move(replay)](Transaction& tx) {
            std::optional<std::string> numbers;
            if (replay.numbers) numbers = array_of(*replay.numbers);
            const auto replayed = static_cast<std::int64_t>(
                tx.exec("replay_events", endpoint_id, numbers, micros(replay.from), micros(replay.to), replay.limit)
                    .affected_rows());
            note_rows(tx, "deliveries", replayed);
            return replayed;
        });
}

} // namespace waybill::db
