#include "db/messages/usual_receipts.hpp"

#include "db/journal/tickets.hpp"
#include "db/messages/history.hpp"
#include "db/messages/lean_extra.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace waybill::db
{

namespace
{

pqxx::row execute(Transaction& tx, const std::vector<const Receipt*>& receipts, const Ticket& ticket)
{
    BigintArray ids, fingerprints;
    TimestampArray times;
    ArrayLiteral statuses;
    TextArray sids, dates, tokens, sent_to;
    IntegerArray error_codes;
    JsonbArray extras;
    for (const Receipt* receipt : receipts) {
        ids.add(receipt->message_id);
        times.add(receipt->received_at);
        statuses.add(receipt->status);
        sids.add_or_null(receipt->message_sid);
        error_codes.add(receipt->error_code);
        dates.add_or_null(receipt->raw_dlr_done_date);
        tokens.add_or_null(receipt->idempotency_token);
        const LeanExtra extra = lean(receipt->extra_json);
        extras.add_or_null(extra.json);
        sent_to.add_or_null(extra.sent_to);
        fingerprints.add(fingerprint(*receipt));
    }
    return tx
        .exec("record_usual", ids.take(), times.take(), statuses.take(), sids.take(), error_codes.take(), dates.take(),
              tokens.take(), extras.take(), fingerprints.take(), ticket.process, ticket.number, ticket.confirmed,
              sent_to.take(), ticket.lane)
        .at(0);
}

std::optional<std::string> or_null(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

// A row when the receipt was kept.
pqxx::result execute_one(Transaction& tx, const Receipt& receipt, const Ticket& ticket)
{
    const LeanExtra extra = lean(receipt.extra_json);
    const auto bind = [&](Statement statement, const auto&... more) {
        return tx.exec(statement, receipt.message_id, timestamp_of(receipt.received_at), receipt.message_sid,
                       receipt.error_code, or_null(receipt.raw_dlr_done_date), or_null(receipt.idempotency_token),
                       or_null(extra.json), fingerprint(receipt), or_null(extra.sent_to), ticket.process, ticket.number,
                       ticket.confirmed, ticket.lane, more...);
    };
    if (receipt.status == "sent") return bind("record_one_sent");
    return bind("record_one_end", receipt.status);
}

UsualReceipts record_one(Transaction& tx, const Receipt& receipt, const Ticket& ticket)
{
    UsualReceipts recorded;
    for (const pqxx::row& row : execute_one(tx, receipt, ticket)) {
        recorded.kept.push_back(&receipt);
        recorded.is_raised = row["is_raised"].as<bool>();
        if (!row["delivered"].is_null()) recorded.lag.add(row["delivered"].as<int>(), 1);
    }
    return recorded;
}

std::vector<const Receipt*> those_of(std::vector<const Receipt*> receipts, const std::vector<MessageId>& ids)
{
    const std::unordered_set<MessageId> chosen(ids.begin(), ids.end());
    std::erase_if(receipts, [&](const Receipt* receipt) { return !chosen.contains(receipt->message_id); });
    return receipts;
}

} // namespace

// Words of Twilio's that are also names of our statuses.
bool is_usual(const Receipt& receipt)
{
    constexpr std::array<std::string_view, 4> words{"sent", "delivered", "undelivered", "failed"};
    return std::ranges::find(words, receipt.status) != words.end() && receipt.error_code != opted_out_code;
}

UsualReceipts record_usual(Transaction& tx, std::vector<const Receipt*> receipts, const Ticket& ticket)
{
    if (receipts.size() == 1) return record_one(tx, *receipts.front(), ticket);
    std::ranges::sort(receipts, {}, &Receipt::message_id);
    const pqxx::row row = execute(tx, receipts, ticket);
    UsualReceipts recorded;
    recorded.is_raised = row["is_raised"].as<bool>();
    append_buckets(row["deliveries"].as<std::string>(""), recorded.lag);
    if (row["kept"].as<std::size_t>(0) == receipts.size())
        recorded.kept = std::move(receipts);
    else
        recorded.kept = those_of(std::move(receipts), read_ids(row["ids"].as<std::string>("")));
    return recorded;
}

} // namespace waybill::db
