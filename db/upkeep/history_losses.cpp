#include "db/upkeep/history_losses.hpp"

#include "db/messages/history.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/rows.hpp"
#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

namespace
{

std::vector<MessageId> give_up(Transaction& tx, const std::vector<RecentClaim>& claims)
{
    ArrayLiteral ids, times;
    for (const RecentClaim& claim : claims) {
        ids.add(claim.message_id);
        times.add(micros(claim.claimed_at));
    }
    const std::string messages = ids.take();
    tx.exec("lock_lost_budgets", messages);
    const std::vector<MessageId> withdrawn =
        read_column<MessageId>(tx.exec("withdraw_lost_claims", messages, times.take()));
    std::vector<HistoryEntry> entries;
    for (const MessageId id : withdrawn) {
        HistoryEntry entry;
        entry.message_id = id;
        entry.at = std::chrono::system_clock::now();
        entry.word = name_of(MessageStatus::unknown);
        entry.status = MessageStatus::unknown;
        entries.push_back(std::move(entry));
    }
    if (!entries.empty()) record_history(tx, HistorySource::send, entries);
    return read_column<MessageId>(tx.exec("look_up_now", messages));
}

} // namespace

asio::awaitable<std::vector<MessageId>> give_up_claims(Database& database, std::vector<RecentClaim> claims)
{
    return database.transact([claims = std::move(claims)](Transaction& tx) { return give_up(tx, claims); });
}

asio::awaitable<std::int64_t> count_not_looked_up(Database& database, std::vector<MessageId> messages)
{
    return database.transact([messages = array_of(messages)](Transaction& tx) {
        return tx.exec("count_not_looked_up", messages).at(0)[0].as<std::int64_t>();
    });
}

asio::awaitable<bool> answer_losses(Database& database, std::string process, std::vector<std::string> gone)
{
    return database.transact([process = std::move(process), gone = std::move(gone)](Transaction& tx) {
        ArrayLiteral processes;
        for (const std::string& each : gone)
            processes.add(each);
        tx.exec("answer_losses", process);
        const bool is_decided = tx.exec("decide_answered", processes.take()).affected_rows() > 0;
        if (is_decided) record_action(tx, Actor{}, {"history.accept", "reconciled"});
        return is_decided;
    });
}

asio::awaitable<std::vector<std::string>> open_losses(Database& database)
{
    return database.transact([](Transaction& tx) { return read_column<std::string>(tx.exec("open_losses")); });
}

asio::awaitable<int> accept_losses(Database& database, Actor by)
{
    return database.transact([by = std::move(by)](Transaction& tx) {
        const auto accepted = static_cast<int>(tx.exec("accept_losses", by.principal).affected_rows());
        if (accepted > 0) record_action(tx, by, {"history.accept", std::to_string(accepted)});
        return accepted;
    });
}

} // namespace waybill::db
