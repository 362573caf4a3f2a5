#include "db/outbox/outbox.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <unordered_map>
#include <utility>

namespace waybill::db
{

namespace
{

HistoryEntry entry_of(MessageId id, MessageStatus status)
{
    HistoryEntry entry;
    entry.message_id = id;
    entry.at = std::chrono::system_clock::now();
    entry.word = name_of(status);
    entry.status = status;
    return entry;
}

std::size_t undo_expired(Transaction& tx)
{
    tx.exec("lock_expired_days");
    tx.exec("lock_expired_budgets");
    return tx.exec("undo_expired").at(0)[0].as<std::size_t>();
}

std::size_t release_expired(Transaction& tx)
{
    std::vector<HistoryEntry> entries;
    for (const pqxx::row& row : tx.exec("release_expired"))
        entries.push_back(entry_of(row[0].as<MessageId>(), MessageStatus::unknown));
    if (!entries.empty()) record_history(tx, HistorySource::send, entries);
    return entries.size();
}

std::size_t end_canceled_messages(Transaction& tx, const std::string& campaigns, int limit)
{
    std::vector<HistoryEntry> entries;
    const pqxx::result ended = tx.exec("end_canceled", campaigns, limit);
    for (const pqxx::row& row : ended)
        if (row["unsent"].as<bool>()) entries.push_back(entry_of(row["id"].as<MessageId>(), MessageStatus::canceled));
    if (!entries.empty()) record_history(tx, HistorySource::operator_, entries);
    return static_cast<std::size_t>(ended.size());
}

// A message whose lease was lost before it left goes back: that changes nothing once another attempt has begun, and
// without it, a row that has not been released yet would be settled with nothing known of its message.
Permit permit_of(const pqxx::row& row, const Lease& lease)
{
    const auto is = [&row](const char* name) { return row[name].as<bool>(); };
    const bool lost = !is("leased") || row["attempts"].as<int>() != lease.attempt;
    if (is("settled")) return Permit::settled;
    if (lost) return Permit::held;
    if (is("opted_out")) return Permit::opted_out;
    if (is("held")) return Permit::held;
    if (lease.leaves && is("unsent")) return Permit::held; // lost while this was asked
    if (is("account_paused")) return Permit::account_paused;
    return is("sender_paused") ? Permit::sender_paused : Permit::send;
}

std::vector<Permit> renew_permits(Transaction& tx, const std::vector<Lease>& leases)
{
    ArrayLiteral ids, attempts, leaves;
    std::unordered_map<MessageId, std::size_t> places;
    for (const Lease& lease : leases) {
        places.emplace(lease.message_id, places.size());
        ids.add(lease.message_id);
        attempts.add(lease.attempt);
        leaves.add(lease.leaves);
    }
    std::vector<Permit> permits(leases.size(), Permit::settled);
    for (const pqxx::row& row : tx.exec("renew_permits", ids.take(), attempts.take(), leaves.take())) {
        const std::size_t place = places.at(row["id"].as<MessageId>());
        permits[place] = permit_of(row, leases[place]);
    }
    return permits;
}

struct GuardedClaim
{
    Claim claim;
    Ticket ticket;
    bool is_raised = false;
};

GuardedClaim claim_guarded(Transaction& tx, const ClaimRequest& request, Tickets* tickets)
{
    GuardedClaim guarded;
    if (tickets != nullptr) guarded.claim.history_lost = tickets->look(tx);
    if (!guarded.claim.history_lost.empty()) return guarded;
    guarded.claim = claim_messages(tx, request);
    if (tickets == nullptr || guarded.claim.messages.empty()) return guarded;
    guarded.ticket = tickets->next(TicketWriter::claims);
    guarded.is_raised = Tickets::raise(tx, guarded.ticket);
    return guarded;
}

// The others need a permit first.
std::vector<MessageId> leaving_soon(const std::vector<ClaimedMessage>& messages)
{
    std::vector<MessageId> ids;
    for (const ClaimedMessage& message : messages)
        if (!message.unsent) ids.push_back(message.id);
    return ids;
}

std::vector<MessageId> permitted(const std::vector<Lease>& leases, const std::vector<Permit>& permits)
{
    std::vector<MessageId> ids;
    for (std::size_t place = 0; place < leases.size(); ++place)
        if (leases[place].leaves && permits[place] == Permit::send) ids.push_back(leases[place].message_id);
    return ids;
}

// Messages whose requests may have left, and those whose requests certainly have not.
std::pair<std::vector<MessageId>, std::vector<MessageId>> by_departure(std::span<const SendOutcome> outcomes)
{
    std::pair<std::vector<MessageId>, std::vector<MessageId>> ids;
    for (const SendOutcome& outcome : outcomes) {
        const bool has_not_left =
            outcome.retry_at || outcome.dropped || outcome.entry.status == MessageStatus::canceled;
        (has_not_left ? ids.second : ids.first).push_back(outcome.entry.message_id);
    }
    return ids;
}

} // namespace

bool Outbox::keeps() const
{
    return tickets_ != nullptr && recent_ != nullptr && recent_->keeps();
}

asio::awaitable<Claim> Outbox::claim(ClaimRequest request)
{
    auto job = [request = std::move(request), tickets = tickets_](Transaction& tx) {
        return claim_guarded(tx, request, tickets);
    };
    GuardedClaim guarded = co_await database_.transact(std::move(job));
    if (guarded.is_raised) {
        tickets_->confirm(guarded.ticket);
        co_await tickets_->save(); // before any of the messages leaves
        if (keeps()) {
            std::vector<MessageId> messages = leaving_soon(guarded.claim.messages);
            co_await recent_->claimed(std::move(messages), guarded.ticket.number);
        }
    }
    co_return std::move(guarded.claim);
}

asio::awaitable<Time> Outbox::reserve(std::string sender, std::chrono::microseconds length, Time not_before)
{
    return database_.transact([sender = std::move(sender), length, not_before](Transaction& tx) {
        const pqxx::result rows = tx.exec("reserve_slots", sender, length.count(), micros(not_before));
        return time_of(rows.at(0)[0].as<std::int64_t>());
    });
}

asio::awaitable<std::vector<Permit>> Outbox::permits(std::vector<Lease> leases)
{
    if (keeps()) return permits_and_keep(std::move(leases));
    return ask_permits(std::move(leases));
}

asio::awaitable<std::vector<Permit>> Outbox::ask_permits(std::vector<Lease> leases)
{
    return database_.autocommit([leases = std::move(leases)](Transaction& tx) { return renew_permits(tx, leases); });
}

asio::awaitable<std::vector<Permit>> Outbox::permits_and_keep(std::vector<Lease> leases)
{
    auto asking = ask_permits(leases);
    std::vector<Permit> permits = co_await std::move(asking);
    std::vector<MessageId> messages = permitted(leases, permits);
    if (!messages.empty()) co_await recent_->leaving(std::move(messages));
    co_return std::move(permits);
}

// Two transactions: each locks the outbox, then messages, then counters, as all writers do.
asio::awaitable<ExpiredLeases> Outbox::expire_leases()
{
    ExpiredLeases expired;
    expired.undone = co_await database_.transact(undo_expired);
    expired.unknown = co_await database_.transact(release_expired);
    co_return expired;
}

asio::awaitable<std::size_t> Outbox::end_canceled(std::vector<std::int64_t> campaigns, int limit)
{
    return database_.transact(
        [list = array_of(campaigns), limit](Transaction& tx) { return end_canceled_messages(tx, list, limit); });
}

// A message whose outcome an earlier attempt has recorded already, although its commit seemed to fail, is left to the
// careful way, which finds nothing to do.
asio::awaitable<std::vector<std::int64_t>> Outbox::settle(std::span<const SendOutcome> outcomes)
{
    Ticket ticket = next_ticket();
    UsualOutcomes usual = co_await settle_usual(outcomes, ticket);
    std::vector<std::int64_t> completed = std::move(usual.completed);
    const std::vector<SendOutcome> others = all_but(usual.kept, outcomes);
    if (!others.empty()) {
        ticket = next_ticket();
        const std::vector<std::int64_t> more = co_await settle_carefully(others, ticket);
        completed.insert(completed.end(), more.begin(), more.end());
    }
    if (keeps()) {
        auto [sent, not_sent] = by_departure(outcomes);
        co_await recent_->settled(std::move(sent), std::move(not_sent), ticket.number);
    }
    co_return std::move(completed);
}

// None when PostgreSQL refuses one of them: the careful way finds out which.
asio::awaitable<UsualOutcomes> Outbox::settle_usual(std::span<const SendOutcome> outcomes, Ticket ticket)
{
    UsualOutcomes usual;
    auto job = [outcomes, ticket](Transaction& tx) { return record_accepted(tx, outcomes, ticket); };
    try {
        usual = co_await outcomes_.autocommit(std::move(job));
        if (usual.is_raised) tickets_->confirm(ticket);
    }
    catch (const DataError&) {
        usual = {};
    }
    co_return std::move(usual);
}

asio::awaitable<std::vector<std::int64_t>> Outbox::settle_carefully(std::span<const SendOutcome> outcomes,
                                                                    Ticket ticket)
{
    auto job = [outcomes, ticket](Transaction& tx) {
        std::vector<std::int64_t> completed = record_outcomes(tx, outcomes);
        return std::pair(std::move(completed), Tickets::raise(tx, ticket));
    };
    auto [completed, is_raised] = co_await outcomes_.transact(std::move(job));
    if (is_raised) tickets_->confirm(ticket);
    co_return std::move(completed);
}

} // namespace waybill::db
