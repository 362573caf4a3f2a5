#include "db/campaigns/campaigns.hpp"
#include "db/campaigns/list_check.hpp"
#include "db/campaigns/rejection_reasons.hpp"
#include "db/postgres/transaction.hpp"

#include <pqxx/stream_to>

#include <tuple>

namespace waybill::db
{

namespace
{

constexpr std::size_t shown_rejected_rows = 100;

void count(const RecipientBatch& batch, IntakeSummary& summary)
{
    summary.valid += static_cast<std::int64_t>(batch.recipients.size());
    for (const Recipient& recipient : batch.recipients) {
        if (!recipient.lapsed) continue;
        if (summary.lapsed++ == 0) summary.sample_body = recipient.body;
        summary.segments += recipient.segments;
    }
    summary.rejected += static_cast<std::int64_t>(batch.rejected.size());
    for (const RejectedRow& row : batch.rejected) {
        summary.duplicates += row.reason == RejectReason::duplicate;
        summary.no_consent += row.reason == RejectReason::no_consent;
        summary.opted_out += row.reason == RejectReason::opted_out || row.reason == RejectReason::no_consent;
        count_reason(row, summary.reasons);
        if (summary.first_rejected.size() < shown_rejected_rows) summary.first_rejected.push_back(row);
    }
}

void store(Transaction& tx, const RecipientBatch& batch, std::int64_t campaign_id)
{
    const std::vector<std::string> message_columns{"campaign_id",   "row_number", "recipient",
                                                   "customer_name", "body",       "segments"};
    pqxx::stream_to messages(tx.work(), "messages", message_columns);
    for (const Recipient& recipient : batch.recipients)
        if (recipient.lapsed)
            messages << std::make_tuple(campaign_id, recipient.row, recipient.phone_number, recipient.customer_name,
                                        recipient.body, recipient.segments);
    messages.complete();

    if (batch.rejected.empty()) return;
    const std::vector<std::string> rejected_columns{"campaign_id", "row_number", "reason", "message", "data"};
    pqxx::stream_to rejected(tx.work(), "rejected_rows", rejected_columns);
    for (const RejectedRow& row : batch.rejected)
        rejected << std::make_tuple(campaign_id, row.row, std::string(name_of(row.reason)), row.message, row.data_json);
    rejected.complete();
}

} // namespace

IntakeSummary take_in(Transaction& tx, const NextBatch& next, std::optional<std::int64_t> campaign_id)
{
    IntakeSummary summary;
    RecipientBatch batch;
    bool more = true;
    while (more) {
        batch.recipients.clear();
        batch.rejected.clear();
        more = next(batch);
        if (!batch.recipients.empty()) reject_opted_out(tx, batch);
        count(batch, summary);
        if (campaign_id) store(tx, batch, *campaign_id);
    }
    sort_reasons(summary.reasons);
    return summary;
}

} // namespace waybill::db
