#include "db/events/events.hpp"

#include "db/events/event_rows.hpp"

namespace waybill::db
{

// The lock comes first: the statement that numbers sees what the last holder of the lock has done.
asio::awaitable<Numbered> Events::number(int limit, std::int64_t above)
{
    return database_.transact([limit, above](Transaction& tx) -> Numbered {
        if (!tx.exec("lock_numbering").at(0)[0].as<bool>()) return {};
        tx.exec("note_starts");
        const pqxx::row row = tx.exec("number_events", limit, above).at(0);
        return {row["count"].as<int>(), row["last"].as<std::int64_t>()};
    });
}

asio::awaitable<std::vector<Event>> Events::read(EventNumber above, int limit)
{
    return database_.transact(
        [above, limit](Transaction& tx) { return read_rows<Event>(tx.exec("read_events", above, limit)); });
}

asio::awaitable<EventNumber> Events::newest()
{
    return database_.transact([](Transaction& tx) { return tx.exec("newest_event").at(0)[0].as<EventNumber>(); });
}

asio::awaitable<void> Events::want_feed(std::chrono::hours time)
{
    return database_.transact([hours = time.count()](Transaction& tx) { tx.exec("want_feed", hours); });
}

asio::awaitable<std::int64_t> Events::forget(Time before, int limit)
{
    return database_.transact([before, limit](Transaction& tx) {
        return static_cast<std::int64_t>(tx.exec("forget_events", micros(before), limit).affected_rows());
    });
}

} // namespace waybill::db
