#include "server/api/contract/campaign.hpp"

#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waybill::api
{

using db::MessageStatus;

namespace
{

std::optional<Dollars> actual_cost(const db::Campaign& campaign)
{
    if (campaign.ever_accepted == 0 || campaign.priced < campaign.ever_accepted) return std::nullopt;
    return Dollars{(campaign.price_micros + 50) / 100};
}

std::optional<ShownSeconds> seconds_of(const db::Campaign& campaign)
{
    if (!campaign.seconds_to_delivery) return std::nullopt;
    return ShownSeconds{campaign.seconds_to_delivery->p50, campaign.seconds_to_delivery->p95};
}

std::optional<ShownLag> lag_of(const db::Campaign& campaign)
{
    if (!campaign.seconds_to_delivery) return std::nullopt;
    return ShownLag{campaign.seconds_to_delivery->p50, campaign.seconds_to_delivery->p99};
}

std::optional<Dollars> dollars_or_null(const std::optional<std::int64_t>& amount)
{
    if (!amount) return std::nullopt;
    return Dollars{*amount};
}

std::optional<ShownQuietHours> quiet_hours_of(const std::optional<db::QuietHours>& quiet)
{
    if (!quiet) return std::nullopt;
    ShownQuietHours shown{quiet->from, quiet->until, std::nullopt};
    if (!quiet->time_zone.empty()) shown.time_zone = quiet->time_zone;
    return shown;
}

ShownCompleteness completeness_of(const db::Campaign& campaign)
{
    const std::int64_t final = campaign.final_by_receipt + campaign.final_by_lookup;
    return {.accepted = campaign.ever_accepted,
            .final = final,
            .by_receipt = campaign.final_by_receipt,
            .by_reconciliation = campaign.final_by_lookup,
            .open = campaign.ever_accepted - final,
            .receipt_lag_seconds = lag_of(campaign)};
}

ShownMetrics metrics_of(const db::Campaign& campaign)
{
    const std::int64_t delivered = campaign.count(MessageStatus::delivered) + campaign.count(MessageStatus::read);
    return {.messages_sent = campaign.ever_accepted,
            .delivered = delivered,
            .delivery_rate = text::percent(delivered, campaign.ever_accepted),
            .total_cost = {campaign.accepted_segments * campaign.price_per_segment},
            .total = campaign.total,
            .pending = campaign.count(MessageStatus::pending),
            .sending = campaign.count(MessageStatus::sending),
            .accepted = campaign.ever_accepted,
            .sent = campaign.count(MessageStatus::sent),
            .undelivered = campaign.count(MessageStatus::undelivered),
            .failed = campaign.count(MessageStatus::failed),
            .unknown = campaign.count(MessageStatus::unknown),
            .canceled = campaign.count(MessageStatus::canceled),
            .read = campaign.count(MessageStatus::read),
            .queued = campaign.count(MessageStatus::accepted),
            .messages_failed = refused_of(campaign),
            .messages_pending = pending_of(campaign),
            .segments = campaign.total_segments,
            .estimated_cost = {campaign.total_segments * campaign.price_per_segment},
            .actual_cost = actual_cost(campaign),
            .seconds_to_delivery = seconds_of(campaign),
            .errors = show(campaign.errors)};
}

// When it will have been sent at that rate, if nothing holds it up.
void add_estimate(ShownCampaign& shown, const db::Campaign& campaign, db::Time now, double segments_per_second)
{
    if (shown.status != "sending" || shown.pause_reason || segments_per_second <= 0) return;
    const auto seconds = std::ceil(static_cast<double>(campaign.segments_ahead) / segments_per_second);
    shown.estimated_seconds = std::llround(seconds);
    shown.estimated_completion_at = now + std::chrono::seconds(*shown.estimated_seconds);
}

} // namespace

std::string_view shown_status(const db::Campaign& campaign, db::Time now)
{
    if (campaign.status == "sending" && campaign.send_at && *campaign.send_at > now) return "scheduled";
    return campaign.status;
}

std::vector<ShownErrorCount> show(const std::vector<db::ErrorCount>& errors)
{
    std::vector<ShownErrorCount> list;
    list.reserve(errors.size());
    for (const db::ErrorCount& error : errors)
        list.push_back({error.code, error.count, twilio::explain_error(error.code)});
    return list;
}

std::int64_t pending_of(const db::Campaign& campaign)
{
    return campaign.count(MessageStatus::pending) + campaign.count(MessageStatus::sending);
}

// sent + failed + pending + unknown + canceled make the total.
std::int64_t refused_of(const db::Campaign& campaign)
{
    return std::max<std::int64_t>(0, campaign.total - campaign.ever_accepted - pending_of(campaign) -
                                         campaign.count(MessageStatus::unknown) -
                                         campaign.count(MessageStatus::canceled));
}

std::string pause_reason(const db::Campaign& campaign, std::string_view status)
{
    if (status == "paused") return campaign.pause_reason.empty() ? "Paused by an operator" : campaign.pause_reason;
    if (status != "sending" || !campaign.hold_reason.empty()) return campaign.hold_reason;
    if (!campaign.is_quiet_now) return "";
    const std::string& zone = campaign.quiet_hours->time_zone;
    return "Quiet hours until " + campaign.quiet_hours->until +
           (zone.empty() ? " in the recipients' time zones" : " (" + zone + ")");
}

ShownCampaign show(const db::Campaign& campaign, db::Time now, double segments_per_second)
{
    const std::string_view status = shown_status(campaign, now);
    ShownCampaign shown{.campaign_id = campaign.public_id,
                        .name = campaign.name,
                        .restaurant_name = campaign.restaurant_name,
                        .offer = campaign.offer,
                        .offer_code = campaign.offer_code,
                        .message_template = campaign.message_template,
                        .sample_message = campaign.sample_body,
                        .sender = campaign.sender,
                        .status = status,
                        .pause_reason = std::nullopt,
                        .simulated = campaign.simulated,
                        .total_customers_uploaded = campaign.valid_rows,
                        .csv_error_count = campaign.rejected_rows,
                        .duplicates = campaign.duplicate_rows,
                        .opted_out = campaign.opted_out_rows,
                        .texted_recently = campaign.texted_recently_rows,
                        .not_texted_within_hours = campaign.not_texted_within_hours,
                        .send_at = campaign.send_at,
                        .quiet_hours = quiet_hours_of(campaign.quiet_hours),
                        .max_cost = dollars_or_null(campaign.max_cost),
                        .budget_left = dollars_or_null(campaign.budget_left),
                        .created_at = campaign.created_at,
                        .completed_at = campaign.completed_at,
                        .last_updated = campaign.updated_at,
                        .metrics = metrics_of(campaign),
                        .completeness = completeness_of(campaign),
                        .engagement = {campaign.replies, campaign.opt_outs, campaign.opt_out_wishes},
                        .estimated_seconds = std::nullopt,
                        .estimated_completion_at = std::nullopt,
                        .lapsed_after_days = campaign.lapsed_after_days,
                        .plain_characters = campaign.plain_characters,
                        .created_by = campaign.created_by,
                        .labels = {show_labels(campaign.reference, campaign.metadata_json)},
                        .messages_removed_at = campaign.messages_removed_at};
    if (std::string reason = pause_reason(campaign, status); !reason.empty()) shown.pause_reason = std::move(reason);
    add_estimate(shown, campaign, now, segments_per_second);
    return shown;
}

} // namespace waybill::api
