#include "db/events/events.hpp"

#include "db/events/event_rows.hpp"

namespace waybill::db
{

// The lock comes first: the statement that numbers sees what the last holder of the lock has done.
asio::awaitable<int> Events::number(int limit)
{
    return database_.transact([limit](Transaction& tx) {
        if (!tx.exec("lock_numbering").at(0)[0].as<bool>()) return 0;
        tx.exec("note_starts");
        return static_cast<int>(tx.exec("number_events", limit).affected_rows());
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
