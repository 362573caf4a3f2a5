#include "server/api/contract/creation.hpp"

#include "server/api/contract/campaign.hpp"
#include "server/text/money.hpp"

namespace waybill::api
{

namespace
{

constexpr std::size_t max_shown_bytes = 256 * 1024; // of rejected rows in one reply

std::string sentence(const db::Campaign& campaign, std::string_view status)
{
    if (campaign.total == 0)
        return "No lapsed customers found (all customers have ordered within the last " +
               std::to_string(campaign.lapsed_after_days) + " days)";
    if (status == "paused")
        return "SMS campaign was paused, sent to " + std::to_string(campaign.ever_accepted) + " of " +
               std::to_string(campaign.total) + " lapsed customers. " + pause_reason(campaign, status);
    const std::string done = status == "scheduled"          ? "is scheduled for "
                             : campaign.status == "sending" ? "is being sent to "
                                                            : "sent to ";
    const std::int64_t reached = campaign.status == "sending" ? campaign.total : campaign.ever_accepted;
    return "SMS campaign " + done + std::to_string(reached) + " lapsed customers! Track redemptions using code " +
           campaign.offer_code + ".";
}

} // namespace

std::vector<ShownRejection> show(std::span<const db::RejectedRow> rows)
{
    std::vector<ShownRejection> list;
    std::size_t bytes = 0;
    for (const db::RejectedRow& row : rows) {
        bytes += row.data_json.size();
        if (bytes > max_shown_bytes) break;
        ShownRejection shown{row.row, row.message, {row.data_json}, {}, {}};
        if (row.line > 0) shown.line.value = row.line;
        if (!row.hint.empty()) shown.hint.value = row.hint;
        list.push_back(shown);
    }
    return list;
}

ShownCreation show_created(const db::Campaign& campaign, std::span<const db::RejectedRow> first_rejected, db::Time now)
{
    const std::string_view status = shown_status(campaign, now);
    ShownFigures data{.offer_code = campaign.offer_code,
                      .messages_sent = campaign.ever_accepted,
                      .delivery_rate = text::percent(campaign.ever_accepted, campaign.total),
                      .total_cost = {campaign.accepted_segments * campaign.price_per_segment},
                      .total_customers_uploaded = campaign.valid_rows,
                      .lapsed_customers_found = campaign.total,
                      .sample_message = campaign.sample_body,
                      .csv_errors = show(first_rejected),
                      .campaign_id = campaign.public_id,
                      .status = status,
                      .simulated = campaign.simulated,
                      .messages_failed = refused_of(campaign),
                      .messages_pending = pending_of(campaign),
                      .messages_unknown = campaign.count(db::MessageStatus::unknown),
                      .csv_error_count = campaign.rejected_rows,
                      .duplicates = campaign.duplicate_rows,
                      .opted_out = campaign.opted_out_rows,
                      .segments = campaign.total_segments,
                      .estimated_cost = {campaign.total_segments * campaign.price_per_segment}};
    return {.success = true, .message = sentence(campaign, status), .data = std::move(data)};
}

} // namespace waybill::api
