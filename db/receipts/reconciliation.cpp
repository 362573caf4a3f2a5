#include "db/receipts/reconciliation.hpp"

#include "db/postgres/rows.hpp"
#include "db/types/types.hpp"

#include <boost/describe/class.hpp>

#include <span>
#include <sstream>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Lookup, (), (id, status, in_conflict, sid, sender, recipient, body, claimed_at, lost_at))
BOOST_DESCRIBE_STRUCT(Completeness, (), (accepted, by_receipt, by_lookup))

namespace
{

Rivals read_rivals(const pqxx::row& row)
{
    Rivals rivals;
    rivals.unsettled = row["unsettled"].as<bool>();
    std::istringstream sids(row["sids"].as<std::string>());
    for (std::string sid; std::getline(sids, sid, ',');)
        rivals.sids.push_back(sid);
    return rivals;
}

} // namespace

asio::awaitable<std::vector<MessageId>> Reconciliation::due(Time now, int limit)
{
    return database_.transact(
        [now, limit](Transaction& tx) { return read_column<MessageId>(tx.exec("due_lookups", micros(now), limit)); });
}

asio::awaitable<std::optional<Lookup>> Reconciliation::find(MessageId id)
{
    return database_.transact([id](Transaction& tx) { return read_first<Lookup>(tx.exec("find_lookup", id)); });
}

asio::awaitable<Rivals> Reconciliation::rivals(MessageId id)
{
    return database_.transact([id](Transaction& tx) { return read_rivals(tx.exec("find_rivals", id).at(0)); });
}

asio::awaitable<void> Reconciliation::record(LookupOutcome outcome)
{
    return database_.transact([outcome = std::move(outcome)](Transaction& tx) {
        if (outcome.entry) record_history(tx, HistorySource::lookup, std::span<const HistoryEntry>(&*outcome.entry, 1));
        tx.exec("look_again", outcome.message_id, micros(outcome.look_again));
    });
}

asio::awaitable<Completeness> Reconciliation::completeness() const
{
    return database_.transact(
        [](Transaction& tx) { return read_first<Completeness>(tx.exec("completeness")).value(); });
}

} // namespace waybill::db
