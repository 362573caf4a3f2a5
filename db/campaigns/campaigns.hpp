#pragma once

#include "db/campaigns/row_labels.hpp"
#include "db/messages/messages.hpp"
#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/requests/budgets.hpp"
#include "db/requests/idempotency.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace waybill::db
{

class Transaction;

// Nothing is to arrive between these times of the day; they may span midnight.
struct QuietHours
{
    std::string from, until; // HH:MM
    std::string time_zone;   // a name that PostgreSQL knows; empty: each recipient's own
};

struct NewCampaign
{
    std::string public_id;
    Creator creator;
    std::string name;
    std::string restaurant_name;
    std::string offer;
    std::string offer_code;
    std::string message_template;
    int lapsed_after_days = 30;
    std::string sender; // E.164, or empty when the Messaging Service picks
    bool simulated = false;
    std::int64_t price_per_segment = 0; // 1/10 000 USD
    std::optional<Time> send_at;
    std::optional<std::int64_t> max_cost; // 1/10 000 USD; sending stops there
    std::optional<QuietHours> quiet_hours;
    Labels labels;
    std::vector<RowLabels> row_labels = {}; // by row
    std::optional<IdempotencyKey> idempotency;
    // What makes it the same as another one: its principal, list, text and offer. Called on a DB thread: it may read a
    // whole upload.
    std::function<std::string()> repeat_key;
    bool may_repeat = false;                         // even if the same was sent a few minutes ago
    bool plain_characters = false;                   // of its text and values, if that is changed later
    std::optional<int> not_texted_within_hours = {}; // people whom a campaign has texted since then are left out
    Actor by;
};

struct CreatedCampaign
{
    std::int64_t id = 0;
    std::string public_id;
    IntakeSummary intake;
};

// This request was answered before, or is being answered by another connection right now.
struct RepeatedRequest
{
    std::string public_id;
    std::string reply; // the first reply; empty while it has not been given
};

struct NoValidRows // nothing was stored
{
    IntakeSummary intake;
};

// The same was sent a few minutes ago; nothing was stored.
struct RepeatedCampaign
{
    std::string public_id;
    Time created_at;
};

using CreateResult = std::variant<CreatedCampaign, RepeatedRequest, KeyConflict, NoValidRows, RepeatedCampaign,
                                  OverDailyBudget, UsedReferences>;

struct ErrorCount
{
    int code = 0; // 0: Twilio gave none
    std::int64_t count = 0;
};

// From the claim of a message to the receipt of its delivery.
struct SecondsToDelivery
{
    double p50 = 0, p95 = 0, p99 = 0;
};

// A campaign and its figures: by_status counts each message once.
struct Campaign
{
    std::int64_t id = 0;
    std::string public_id, name, restaurant_name, offer, offer_code, message_template, sample_body;
    std::string version;                  // changes with every change
    std::string sender;                   // E.164, or empty when the Messaging Service picks
    std::string status;                   // scheduled, sending, paused, completed, canceled
    std::string pause_reason;             // its own; empty when a person paused it
    std::string reference, metadata_json; // as in Labels
    std::string hold_reason;              // why a sending campaign stands still: its sender or the account is paused
    bool simulated = false;
    int lapsed_after_days = 0;
    std::int64_t price_per_segment = 0; // 1/10 000 USD
    Time created_at, updated_at;
    std::optional<Time> send_at;
    std::optional<Time> completed_at;
    std::optional<Time> messages_removed_at; // when that began, because they were old; the figures stay
    std::optional<std::int64_t> max_cost;    // 1/10 000 USD
    std::optional<std::int64_t> budget_left; // 1/10 000 USD
    std::optional<QuietHours> quiet_hours;
    bool is_quiet_now = false; // for every message that is left
    std::optional<int> not_texted_within_hours;
    bool plain_characters = false; // of its text and values
    std::string created_by;        // a principal
    std::int64_t valid_rows = 0, rejected_rows = 0, duplicate_rows = 0, opted_out_rows = 0, texted_recently_rows = 0;
    std::int64_t total = 0, total_segments = 0;
    std::int64_t segments_ahead = 0; // that leave until it ends, including those of campaigns that take turns with it

    std::array<std::int64_t, all_message_statuses.size()> by_status{}; // indexed by MessageStatus
    std::int64_t ever_accepted = 0, accepted_segments = 0;
    std::int64_t final_by_receipt = 0,
                 final_by_lookup = 0;          // accepted ones with a final status, by what reported it first
    std::int64_t priced = 0, price_micros = 0; // what Twilio has reported of prices, 1/1 000 000 USD
    std::int64_t replies = 0, opt_outs = 0;    // of its recipients
    std::int64_t opt_out_wishes = 0;           // replies that look like an opt-out
    std::vector<ErrorCount> errors;            // by count, most first
    std::optional<SecondsToDelivery> seconds_to_delivery;

    std::int64_t count(MessageStatus status) const { return by_status[static_cast<std::size_t>(status)]; }
};

struct CampaignPage
{
    std::vector<Campaign> campaigns;  // newest first
    std::optional<std::int64_t> next; // pass as `before` for the next page
};

struct CampaignSearch
{
    std::vector<std::string> words; // each is in its name, restaurant, offer, code, reference or id
    int limit = 50;
    std::optional<std::int64_t> before;
};

// Whom an upload leaves out beside those who have opted out.
struct IntakeTerms
{
    std::optional<int> not_texted_within_hours;
    std::optional<QuietHours> quiet_hours; // counts when it has no time zone
};

// What an upload would become, and some of those who would get a message.
struct ListPreview
{
    IntakeSummary intake;
    std::vector<Recipient> examples;
};

class Campaigns
{
public:
    // `bulk` runs what takes long (uploads), `database` the rest, so that an upload never delays a receipt.
    Campaigns(Database& database, Database& bulk) : database_(database), bulk_(bulk) {}

    // One transaction: the campaign, its messages, its rejected rows, all durable or nothing. Opted-out recipients are
    // moved to the rejected rows. Throws what `next` throws; nothing is stored then.
    asio::awaitable<CreateResult> create(NewCampaign campaign, NextBatch next);

    // The same reading without storing anything. Throws Abandoned when the caller leaves.
    asio::awaitable<ListPreview> preview(NextBatch next, IntakeTerms terms, std::string example_of,
                                         CallerLeft caller = nullptr);

    asio::awaitable<std::optional<Campaign>> find(std::string public_id);
    asio::awaitable<CampaignPage> list(int limit, std::optional<std::int64_t> before);
    // Looks at a bounded number of campaigns: `next` of a rare search may lead on from a page that is not full.
    asio::awaitable<CampaignPage> search(CampaignSearch search, CallerLeft caller = nullptr);

    // Rows that were not sent, by row; `message` says why, `reason` is not set.
    asio::awaitable<std::vector<RejectedRow>> first_rejected(std::int64_t campaign_id, int limit);

    asio::awaitable<void> store_reply(std::string key, std::string reply);

    asio::awaitable<bool> knows_time_zone(std::string name);

private:
    Database& database_;
    Database& bulk_;
};

// Where an upload is stored.
struct IntakeTarget
{
    std::int64_t campaign_id = 0;
    bool keeps_rows = false; // so that another text can be written
};

// Reads an upload to its end, within a transaction. With a target, its messages and rejected rows are stored on the
// way; without one, the upload is only counted.
IntakeSummary take_in(Transaction& tx, const NextBatch& next, const IntakeTerms& terms,
                      const std::optional<IntakeTarget>& target);

// The same without a target. The examples are the first whose name holds these words or whose number ends with these
// digits; '': the first of all.
ListPreview look_through(Transaction& tx, const NextBatch& next, const IntakeTerms& terms, std::string_view example_of);

// Within a transaction.
std::optional<Campaign> find_campaign(Transaction& tx, const std::string& public_id);

struct KnownCampaign
{
    std::int64_t id = 0;
    std::string version; // Campaign::version
};

// What happened to campaigns, whichever process changed them: a version changes with every transaction that writes one
// of the campaign's rows.
class Changes
{
public:
    explicit Changes(Database& database) : database_(database) {}

    // Of these campaigns, those that have another version by now.
    asio::awaitable<std::vector<Campaign>> of(std::vector<KnownCampaign> known);

private:
    Database& database_;
};

} // namespace waybill::db
