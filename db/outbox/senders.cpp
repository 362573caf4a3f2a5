#include "db/outbox/senders.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(SenderState, (), (sender, paused_at, pause_code, pause_reason, probe_at))

asio::awaitable<std::optional<Time>> Senders::pause(SenderFault fault, std::vector<std::chrono::milliseconds> delays)
{
    ArrayLiteral list;
    for (const std::chrono::microseconds delay : delays)
        list.add(delay.count());
    return database_.transact([fault = std::move(fault), delays = list.take()](Transaction& tx) -> std::optional<Time> {
        const pqxx::result rows =
            tx.exec("pause_sender", fault.sender, fault.code, fault.reason, delays, fault.from_probe);
        if (rows.empty()) return std::nullopt;
        return time_of(rows[0][0].as<std::int64_t>());
    });
}

asio::awaitable<bool> Senders::resume(std::string sender)
{
    return database_.transact(
        [sender = std::move(sender)](Transaction& tx) { return !tx.exec("resume_sender", sender).empty(); });
}

asio::awaitable<bool> Senders::resume(std::string sender, Actor by)
{
    Action action{"sender.resume", sender};
    return change(database_, std::move(by), std::move(action),
                  [sender = std::move(sender)](Transaction& tx) { return !tx.exec("resume_sender", sender).empty(); });
}

asio::awaitable<void> Senders::probe_now()
{
    return database_.transact([](Transaction& tx) { tx.exec("probe_now"); });
}

asio::awaitable<std::vector<SenderState>> Senders::list()
{
    return database_.transact([](Transaction& tx) { return read_rows<SenderState>(tx.exec("list_senders")); });
}

} // namespace waybill::db
