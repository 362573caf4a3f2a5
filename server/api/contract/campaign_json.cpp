#include "server/api/contract/campaign_json.hpp"

#include "server/api/contract/json_values.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>

namespace waybill::api
{

namespace json = boost::json;
using db::MessageStatus;
using text::dollars;
using text::percent;

namespace
{

std::int64_t pending(const db::Campaign& campaign)
{
    return campaign.count(MessageStatus::pending) + campaign.count(MessageStatus::sending);
}

// Refused by Twilio: sent + failed + pending + unknown + canceled make the total.
std::int64_t refused(const db::Campaign& campaign)
{
    return std::max<std::int64_t>(0, campaign.total - campaign.ever_accepted - pending(campaign) -
                                         campaign.count(MessageStatus::unknown) -
                                         campaign.count(MessageStatus::canceled));
}

std::int64_t delivered(const db::Campaign& campaign)
{
    return campaign.count(MessageStatus::delivered) + campaign.count(MessageStatus::read);
}

// Known once Twilio has told the price of every message that it took.
json::value actual_cost(const db::Campaign& campaign)
{
    if (campaign.ever_accepted == 0 || campaign.priced < campaign.ever_accepted) return nullptr;
    return json::string(dollars((campaign.price_micros + 50) / 100));
}

json::array errors_json(const std::vector<db::ErrorCount>& errors)
{
    json::array list;
    for (const db::ErrorCount& error : errors)
        list.push_back(
            json::object{{"code", error.code}, {"count", error.count}, {"meaning", twilio::explain_error(error.code)}});
    return list;
}

json::value seconds_json(const std::optional<db::SecondsToDelivery>& seconds)
{
    if (!seconds) return nullptr;
    return json::object{{"p50", seconds->p50}, {"p95", seconds->p95}};
}

// How far the receipts tell the whole story of what Twilio took.
json::object completeness_json(const db::Campaign& campaign)
{
    const std::int64_t final = campaign.final_by_receipt + campaign.final_by_lookup;
    json::object completeness{{"accepted", campaign.ever_accepted},     {"final", final},
                              {"byReceipt", campaign.final_by_receipt}, {"byReconciliation", campaign.final_by_lookup},
                              {"open", campaign.ever_accepted - final}, {"receiptLagSeconds", nullptr}};
    if (const auto& lag = campaign.seconds_to_delivery)
        completeness["receiptLagSeconds"] = json::object{{"p50", lag->p50}, {"p99", lag->p99}};
    return completeness;
}

// Why nothing goes out although something is left; empty while it does.
std::string pause_reason(const db::Campaign& campaign, const std::string& status)
{
    if (status == "paused") return campaign.pause_reason.empty() ? "Paused by an operator" : campaign.pause_reason;
    if (status != "sending" || !campaign.hold_reason.empty()) return campaign.hold_reason;
    if (!campaign.is_quiet_now) return "";
    return "Quiet hours until " + campaign.quiet_hours->until + " (" + campaign.quiet_hours->time_zone + ")";
}

json::value dollars_or_null(const std::optional<std::int64_t>& amount)
{
    if (!amount) return nullptr;
    return json::string(dollars(*amount));
}

json::value quiet_hours_json(const std::optional<db::QuietHours>& quiet)
{
    if (!quiet) return nullptr;
    return json::object{{"from", quiet->from}, {"until", quiet->until}, {"timeZone", quiet->time_zone}};
}

// When it will have been sent at that rate, if nothing stands in its way.
void add_estimate(json::object& shown, const db::Campaign& campaign, db::Time now, double segments_per_second)
{
    shown["estimatedSeconds"] = nullptr;
    shown["estimatedCompletionAt"] = nullptr;
    if (shown["status"] != "sending" || !shown["pauseReason"].is_null() || segments_per_second <= 0) return;
    const auto seconds = std::ceil(static_cast<double>(campaign.segments_ahead) / segments_per_second);
    shown["estimatedSeconds"] = std::llround(seconds);
    shown["estimatedCompletionAt"] = to_iso8601(now + std::chrono::seconds(std::llround(seconds)));
}

std::string sentence(const db::Campaign& campaign, const std::string& status)
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

std::string shown_status(const db::Campaign& campaign, db::Time now)
{
    if (campaign.status == "sending" && campaign.send_at && *campaign.send_at > now) return "scheduled";
    return campaign.status;
}

json::object metrics_json(const db::Campaign& campaign)
{
    const std::int64_t delivered_count = delivered(campaign);
    return {{"messagesSent", campaign.ever_accepted},
            {"delivered", delivered_count},
            {"deliveryRate", percent(delivered_count, campaign.ever_accepted)},
            {"totalCost", dollars(campaign.accepted_segments * campaign.price_per_segment)},
            {"total", campaign.total},
            {"pending", campaign.count(MessageStatus::pending)},
            {"sending", campaign.count(MessageStatus::sending)},
            {"accepted", campaign.ever_accepted},
            {"sent", campaign.count(MessageStatus::sent)},
            {"undelivered", campaign.count(MessageStatus::undelivered)},
            {"failed", campaign.count(MessageStatus::failed)},
            {"unknown", campaign.count(MessageStatus::unknown)},
            {"canceled", campaign.count(MessageStatus::canceled)},
            {"read", campaign.count(MessageStatus::read)},
            {"queued", campaign.count(MessageStatus::accepted)},
            {"messagesFailed", refused(campaign)},
            {"messagesPending", pending(campaign)},
            {"segments", campaign.total_segments},
            {"estimatedCost", dollars(campaign.total_segments * campaign.price_per_segment)},
            {"actualCost", actual_cost(campaign)},
            {"secondsToDelivery", seconds_json(campaign.seconds_to_delivery)},
            {"errors", errors_json(campaign.errors)}};
}

json::object campaign_json(const db::Campaign& campaign, db::Time now, double segments_per_second)
{
    const std::string status = shown_status(campaign, now);
    json::object shown{{"campaignId", campaign.public_id},
                       {"name", campaign.name},
                       {"restaurantName", campaign.restaurant_name},
                       {"offer", campaign.offer},
                       {"offerCode", campaign.offer_code},
                       {"messageTemplate", campaign.message_template},
                       {"sampleMessage", campaign.sample_body},
                       {"sender", campaign.sender},
                       {"status", status},
                       {"pauseReason", text_or_null(pause_reason(campaign, status))},
                       {"simulated", campaign.simulated},
                       {"totalCustomersUploaded", campaign.valid_rows},
                       {"csvErrorCount", campaign.rejected_rows},
                       {"duplicates", campaign.duplicate_rows},
                       {"optedOut", campaign.opted_out_rows},
                       {"sendAt", time_or_null(campaign.send_at)},
                       {"quietHours", quiet_hours_json(campaign.quiet_hours)},
                       {"maxCost", dollars_or_null(campaign.max_cost)},
                       {"budgetLeft", dollars_or_null(campaign.budget_left)},
                       {"createdAt", to_iso8601(campaign.created_at)},
                       {"completedAt", time_or_null(campaign.completed_at)},
                       {"lastUpdated", to_iso8601(campaign.updated_at)},
                       {"metrics", metrics_json(campaign)},
                       {"completeness", completeness_json(campaign)},
                       {"engagement", json::object{{"replies", campaign.replies}, {"optOuts", campaign.opt_outs}}}};
    add_estimate(shown, campaign, now, segments_per_second);
    return shown;
}

json::object message_json(const db::Message& message, std::int64_t price_per_segment)
{
    const bool accepted = message.accepted_at.has_value();
    json::object shown{{"id", std::to_string(message.id)},
                       {"row", message.row},
                       {"to", message.recipient},
                       {"name", message.customer_name},
                       {"body", message.body},
                       {"status", db::name_of(message.status)},
                       {"sid", nullptr},
                       {"errorCode", nullptr},
                       {"errorMeaning", nullptr},
                       {"segments", message.segments},
                       {"cost", dollars(accepted ? message.segments * price_per_segment : 0)},
                       {"createdAt", to_iso8601(message.created_at)},
                       {"claimedAt", time_or_null(message.claimed_at)},
                       {"acceptedAt", time_or_null(message.accepted_at)},
                       {"sentAt", time_or_null(message.sent_at)},
                       {"completedAt", time_or_null(message.completed_at)},
                       {"readAt", time_or_null(message.read_at)}};
    if (!message.sid.empty()) shown["sid"] = message.sid;
    if (message.error_code) {
        shown["errorCode"] = *message.error_code;
        shown["errorMeaning"] = twilio::explain_error(*message.error_code);
    }
    return shown;
}

json::array rejected_json(std::span<const db::RejectedRow> rows)
{
    json::array list;
    for (const db::RejectedRow& row : rows)
        list.push_back(json::object{{"row", row.row}, {"message", row.message}, {"data", json::parse(row.data_json)}});
    return list;
}

json::object created_json(const db::Campaign& campaign, std::span<const db::RejectedRow> first_rejected, db::Time now)
{
    const std::string status = shown_status(campaign, now);
    json::object data{{"offerCode", campaign.offer_code},
                      {"messagesSent", campaign.ever_accepted},
                      {"deliveryRate", percent(campaign.ever_accepted, campaign.total)},
                      {"totalCost", dollars(campaign.accepted_segments * campaign.price_per_segment)},
                      {"totalCustomersUploaded", campaign.valid_rows},
                      {"lapsedCustomersFound", campaign.total},
                      {"sampleMessage", campaign.sample_body},
                      {"csvErrors", rejected_json(first_rejected)},
                      {"campaignId", campaign.public_id},
                      {"status", status},
                      {"simulated", campaign.simulated},
                      {"messagesFailed", refused(campaign)},
                      {"messagesPending", pending(campaign)},
                      {"messagesUnknown", campaign.count(MessageStatus::unknown)},
                      {"csvErrorCount", campaign.rejected_rows},
                      {"duplicates", campaign.duplicate_rows},
                      {"optedOut", campaign.opted_out_rows},
                      {"segments", campaign.total_segments},
                      {"estimatedCost", dollars(campaign.total_segments * campaign.price_per_segment)}};
    return {{"success", true}, {"message", sentence(campaign, status)}, {"data", std::move(data)}};
}

} // namespace waybill::api
