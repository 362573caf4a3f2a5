#include "db/receipts/store.hpp"

#include "db/messages/history.hpp"
#include "db/messages/usual_receipts.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace waybill::db
{

namespace
{

using MessageIds = boost::unordered_flat_set<MessageId>; // no node to allocate for each receipt

HistoryEntry to_entry(const Receipt& receipt)
{
    HistoryEntry entry;
    entry.message_id = receipt.message_id;
    entry.at = receipt.received_at;
    entry.word = receipt.status;
    entry.status = from_twilio_status(receipt.status);
    entry.proves_acceptance = true;
    entry.sid = receipt.message_sid;
    entry.error_code = receipt.error_code;
    entry.raw_dlr_done_date = receipt.raw_dlr_done_date;
    entry.idempotency_token = receipt.idempotency_token;
    entry.extra_json = receipt.extra_json;
    return entry;
}

bool is_ours(const Receipt& receipt, const std::string& account_sid)
{
    return receipt.account_sid == account_sid;
}

struct Stray
{
    const char* reason;
    const Receipt& receipt;
    std::int64_t fingerprint = db::fingerprint(receipt);
};

void keep(Transaction& tx, const Stray& stray)
{
    const Receipt& receipt = stray.receipt;
    tx.exec("keep_stray", stray.reason, receipt.message_id, micros(receipt.received_at), receipt.account_sid,
            receipt.error_code, receipt.status, receipt.message_sid, receipt.raw_dlr_done_date,
            receipt.idempotency_token, receipt.extra_json, stray.fingerprint);
}

// After everything else and in a fixed order, so that two processes never deadlock.
void keep_all(Transaction& tx, const std::vector<Stray>& strays)
{
    std::vector<const Stray*> ordered;
    ordered.reserve(strays.size());
    for (const Stray& stray : strays)
        ordered.push_back(&stray);
    std::ranges::sort(ordered, {},
                      [](const Stray* stray) { return std::pair(stray->receipt.message_id, stray->fingerprint); });
    for (const Stray* stray : ordered)
        keep(tx, *stray);
}

// The first receipt of each message, when it is usual.
std::vector<const Receipt*> usual_of(std::span<const Receipt> receipts, const std::string& account_sid)
{
    std::vector<const Receipt*> usual;
    MessageIds seen;
    usual.reserve(receipts.size());
    seen.reserve(receipts.size());
    for (const Receipt& receipt : receipts)
        if (is_ours(receipt, account_sid) && seen.insert(receipt.message_id).second && is_usual(receipt))
            usual.push_back(&receipt);
    return usual;
}

// In the order in which they came.
std::vector<Receipt> all_but(const std::vector<const Receipt*>& kept, std::span<const Receipt> receipts)
{
    if (kept.size() == receipts.size()) return {};
    const std::unordered_set<const Receipt*> done(kept.begin(), kept.end());
    std::vector<Receipt> others;
    for (const Receipt& receipt : receipts)
        if (!done.contains(&receipt)) others.push_back(receipt);
    return others;
}

struct UsualPart
{
    AppliedReceipts applied;
    std::vector<Receipt> others; // still to be applied
    bool is_raised = false;      // the ticket
};

UsualPart apply_usual(Transaction& tx, std::span<const Receipt> receipts, const std::string& account_sid,
                      const Ticket& ticket)
{
    const std::vector<const Receipt*> usual = usual_of(receipts, account_sid);
    UsualPart part;
    if (usual.empty()) {
        part.others.assign(receipts.begin(), receipts.end());
        return part;
    }
    const UsualReceipts recorded = record_usual(tx, usual, ticket);
    part.is_raised = recorded.is_raised;
    part.applied.kept = static_cast<std::int64_t>(recorded.kept.size());
    part.applied.lag = recorded.lag;
    part.others = all_but(recorded.kept, receipts);
    return part;
}

AppliedReceipts apply_all(Transaction& tx, std::span<const Receipt> receipts, const std::string& account_sid)
{
    AppliedReceipts applied;
    std::vector<HistoryEntry> entries;
    std::vector<const Receipt*> sources;
    std::vector<Stray> strays;
    for (const Receipt& receipt : receipts) {
        if (!is_ours(receipt, account_sid)) {
            strays.push_back({receipt.account_sid.empty() ? "unclear SIDs" : "other account", receipt});
            continue;
        }
        entries.push_back(to_entry(receipt));
        sources.push_back(&receipt);
    }
    const Recorded recorded = record_history(tx, HistorySource::receipt, entries);
    for (const std::size_t index : recorded.stray)
        strays.push_back({"unknown message", *sources[index]});
    keep_all(tx, strays);
    applied.kept = recorded.kept;
    applied.repeated = recorded.known - recorded.kept;
    applied.stray = static_cast<std::int64_t>(strays.size());
    applied.lag = recorded.receipt_lag;
    return applied;
}

struct CarefulPart
{
    AppliedReceipts applied;
    bool is_raised = false; // the ticket
};

// The ticket comes last: where each statement commits on its own, it proves those before it.
CarefulPart apply_carefully(Transaction& tx, std::span<const Receipt> receipts, const std::string& account_sid,
                            const Ticket& ticket)
{
    CarefulPart part;
    part.applied = apply_all(tx, receipts, account_sid);
    part.is_raised = Tickets::raise(tx, ticket);
    return part;
}

// An opt-out belongs in the transaction of the receipt that reports it.
bool is_one_statement(std::span<const Receipt> receipts)
{
    MessageIds seen;
    seen.reserve(receipts.size());
    return std::ranges::all_of(receipts, [&](const Receipt& each) {
        return seen.insert(each.message_id).second && each.error_code != opted_out_code;
    });
}

} // namespace

asio::awaitable<AppliedReceipts> ReceiptStore::apply(std::span<const Receipt> receipts)
{
    if (tickets_ == nullptr || recent_ == nullptr || !recent_->keeps()) return commit(receipts);
    return commit_and_keep(receipts);
}

asio::awaitable<AppliedReceipts> ReceiptStore::commit_and_keep(std::span<const Receipt> receipts)
{
    const AppliedReceipts applied = co_await commit(receipts);
    co_await recent_->received(receipts, tickets_->confirmed(TicketWriter::receipts));
    co_return applied;
}

// Nearly all are applied by one lean statement. Strays are kept by statements of their own, before any of the receipts
// is acknowledged.
asio::awaitable<AppliedReceipts> ReceiptStore::commit(std::span<const Receipt> receipts)
{
    UsualPart part;
    bool refused = false;
    const Ticket ticket = next_ticket();
    try {
        auto usual = [receipts, this, ticket](Transaction& tx) {
            return apply_usual(tx, receipts, account_sid_, ticket);
        };
        part = co_await database_.autocommit(std::move(usual));
        confirm(ticket, part.is_raised);
    }
    catch (const DataError&) {
        refused = true;
    }
    if (refused) part.others.assign(receipts.begin(), receipts.end());
    if (part.others.empty()) co_return part.applied;

    std::span<const Receipt> others = part.others;
    const Ticket second = next_ticket();
    auto job = [others, this, second](Transaction& tx) { return apply_carefully(tx, others, account_sid_, second); };
    CarefulPart careful;
    if (is_one_statement(others))
        careful = co_await database_.autocommit(std::move(job));
    else
        careful = co_await database_.transact(std::move(job));
    confirm(second, careful.is_raised);
    careful.applied.kept += part.applied.kept;
    careful.applied.lag.add(part.applied.lag);
    co_return careful.applied;
}

void ReceiptStore::confirm(const Ticket& ticket, bool is_raised)
{
    if (is_raised) tickets_->confirm(ticket);
}

} // namespace waybill::db
