#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/contract/json.hpp"
#include "server/api/contract/labels.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Campaigns as the HTTP contract shows them. Texts are those of the values that are shown.
namespace waybill::api
{

// The status that people see: a running campaign whose time has not come is `scheduled`.
std::string_view shown_status(const db::Campaign& campaign, db::Time now);

struct ShownErrorCount
{
    int code = 0;
    std::int64_t count = 0;
    std::string meaning;
};
BOOST_DESCRIBE_STRUCT(ShownErrorCount, (), (code, count, meaning))

std::vector<ShownErrorCount> show(const std::vector<db::ErrorCount>& errors);

struct ShownSeconds
{
    double p50 = 0, p95 = 0;
};
BOOST_DESCRIBE_STRUCT(ShownSeconds, (), (p50, p95))

struct ShownLag
{
    double p50 = 0, p99 = 0;
};
BOOST_DESCRIBE_STRUCT(ShownLag, (), (p50, p99))

struct ShownMetrics
{
    std::int64_t messages_sent = 0, delivered = 0;
    std::string delivery_rate;
    Dollars total_cost;
    std::int64_t total = 0, pending = 0, sending = 0, accepted = 0, sent = 0, undelivered = 0, failed = 0, unknown = 0,
                 canceled = 0, read = 0, queued = 0;
    std::int64_t messages_failed = 0, messages_pending = 0, segments = 0;
    Dollars estimated_cost;
    std::optional<Dollars> actual_cost; // once Twilio has reported the price of every message that it accepted
    std::optional<ShownSeconds> seconds_to_delivery;
    std::vector<ShownErrorCount> errors;
};
BOOST_DESCRIBE_STRUCT(ShownMetrics, (),
                      (messages_sent, delivered, delivery_rate, total_cost, total, pending, sending, accepted, sent,
                       undelivered, failed, unknown, canceled, read, queued, messages_failed, messages_pending,
                       segments, estimated_cost, actual_cost, seconds_to_delivery, errors))

// How many of the accepted messages have a final status, and where it came from.
struct ShownCompleteness
{
    std::int64_t accepted = 0, final = 0, by_receipt = 0, by_reconciliation = 0, open = 0;
    std::optional<ShownLag> receipt_lag_seconds;
};
BOOST_DESCRIBE_STRUCT(ShownCompleteness, (),
                      (accepted, final, by_receipt, by_reconciliation, open, receipt_lag_seconds))

struct ShownQuietHours
{
    std::string_view from, until;
    std::optional<std::string_view> time_zone; // null: each recipient's own
};
BOOST_DESCRIBE_STRUCT(ShownQuietHours, (), (from, until, time_zone))

struct ShownEngagement
{
    std::int64_t replies = 0, opt_outs = 0, looks_like_opt_out = 0;
};
BOOST_DESCRIBE_STRUCT(ShownEngagement, (), (replies, opt_outs, looks_like_opt_out))

struct ShownCampaign
{
    std::string_view campaign_id, name, restaurant_name, offer, offer_code, message_template, sample_message, sender,
        status;
    std::optional<std::string> pause_reason; // why nothing is sent although something is left
    bool simulated = false;
    std::int64_t total_customers_uploaded = 0, csv_error_count = 0, duplicates = 0, opted_out = 0, texted_recently = 0;
    std::optional<int> not_texted_within_hours;
    std::optional<db::Time> send_at;
    std::optional<ShownQuietHours> quiet_hours;
    std::optional<Dollars> max_cost, budget_left;
    db::Time created_at;
    std::optional<db::Time> completed_at;
    db::Time last_updated;
    ShownMetrics metrics;
    ShownCompleteness completeness;
    ShownEngagement engagement;
    std::optional<std::int64_t> estimated_seconds;
    std::optional<db::Time> estimated_completion_at;
    int lapsed_after_days = 0;
    bool plain_characters = false;
    std::string_view created_by; // a principal, as GET /api/auth/me names it
    Inline<ShownLabels> labels;
    std::optional<db::Time> messages_removed_at;
};
BOOST_DESCRIBE_STRUCT(ShownCampaign, (),
                      (campaign_id, name, restaurant_name, offer, offer_code, message_template, sample_message, sender,
                       status, pause_reason, simulated, total_customers_uploaded, csv_error_count, duplicates,
                       opted_out, texted_recently, not_texted_within_hours, send_at, quiet_hours, max_cost, budget_left,
                       created_at, completed_at, last_updated, metrics, completeness, engagement, estimated_seconds,
                       estimated_completion_at, lapsed_after_days, plain_characters, created_by, labels,
                       messages_removed_at))

// The reply of the status route.
struct ShownStatus
{
    Inline<ShownCampaign> campaign;
    bool success = true;
};
BOOST_DESCRIBE_STRUCT(ShownStatus, (), (campaign, success))

struct ShownCampaigns
{
    std::vector<ShownCampaign> campaigns;
    std::optional<Decimal> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownCampaigns, (), (campaigns, next_cursor))

// The rate is that of the campaign's sender; 0: no estimate of its end.
ShownCampaign show(const db::Campaign& campaign, db::Time now, double segments_per_second = 0);

// The same figures in other replies.
std::int64_t pending_of(const db::Campaign& campaign);
std::int64_t refused_of(const db::Campaign& campaign);                           // by Twilio
std::string pause_reason(const db::Campaign& campaign, std::string_view status); // empty: none

} // namespace waybill::api
