#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/contract/json.hpp"
#include "server/api/contract/labels.hpp"
#include "server/recipients/rows/data_characters.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The replies to a create and to a preview. Texts are those of the values that are shown.
namespace waybill::api
{

struct ShownRejection
{
    std::int64_t row = 0;
    std::string_view message;
    RawJson data;                     // the row as an object, column -> value
    Omissible<std::int64_t> line;     // as a spreadsheet numbers it
    Omissible<std::string_view> hint; // what is wrong with the value
};
BOOST_DESCRIBE_STRUCT(ShownRejection, (), (row, message, data, line, hint))

std::vector<ShownRejection> show(std::span<const db::RejectedRow> rows);

struct ShownFigures
{
    std::string_view offer_code;
    std::int64_t messages_sent = 0;
    std::string delivery_rate;
    Dollars total_cost;
    std::int64_t total_customers_uploaded = 0, lapsed_customers_found = 0;
    std::string_view sample_message;
    std::vector<ShownRejection> csv_errors;
    std::string_view campaign_id, status;
    bool simulated = false;
    std::int64_t messages_failed = 0, messages_pending = 0, messages_unknown = 0, csv_error_count = 0, duplicates = 0,
                 opted_out = 0, segments = 0;
    Dollars estimated_cost;
    std::int64_t texted_recently = 0;
    std::string left_out; // who gets no message, and why; empty: everyone does
    Inline<ShownLabels> labels;
};
BOOST_DESCRIBE_STRUCT(ShownFigures, (),
                      (offer_code, messages_sent, delivery_rate, total_cost, total_customers_uploaded,
                       lapsed_customers_found, sample_message, csv_errors, campaign_id, status, simulated,
                       messages_failed, messages_pending, messages_unknown, csv_error_count, duplicates, opted_out,
                       segments, estimated_cost, texted_recently, left_out, labels))

struct ShownCreation
{
    bool success = true;
    std::string message;
    ShownFigures data;
};
BOOST_DESCRIBE_STRUCT(ShownCreation, (), (success, message, data))

// The figures are those of now.
ShownCreation show_created(const db::Campaign& campaign, std::span<const db::RejectedRow> first_rejected, db::Time now);

struct ShownCsvStats
{
    std::int64_t total_uploaded = 0, lapsed_customers = 0, errors = 0, duplicates = 0, opted_out = 0,
                 no_consent = 0, // of those opted out, the ones whom the list itself leaves out
        texted_recently = 0;
};
BOOST_DESCRIBE_STRUCT(ShownCsvStats, (),
                      (total_uploaded, lapsed_customers, errors, duplicates, opted_out, no_consent, texted_recently))

// Messages that need UCS-2 because of characters in the list, although their text does not.
struct ShownCharacters
{
    struct Example
    {
        std::int64_t row = 0, line = 0;
        std::string name, characters;
    };

    std::int64_t messages = 0, fixed_by_plain_characters = 0;
    std::vector<Example> examples;
};
BOOST_DESCRIBE_STRUCT(ShownCharacters::Example, (), (row, line, name, characters))
BOOST_DESCRIBE_STRUCT(ShownCharacters, (), (messages, fixed_by_plain_characters, examples))

// Someone who would get a message, and that message.
struct ShownExample
{
    std::int64_t row = 0, line = 0;
    std::string_view to, name, body;
    RawJson data; // the row, column -> value
};
BOOST_DESCRIBE_STRUCT(ShownExample, (), (row, line, to, name, body, data))

std::vector<ShownExample> show(std::span<const db::Recipient> recipients);

ShownCharacters show(const recipients::DataCharacters& characters);
std::string warning_about(const recipients::DataCharacters& characters); // empty: none

// How many people of an upload get no message, and why; empty: everyone does.
std::string who_is_left_out(const db::IntakeSummary& intake, std::optional<int> within_hours);

struct ShownPlan
{
    std::string_view sample_message;
    std::int64_t character_count = 0, target_customers = 0;
    Dollars estimated_cost;
    std::optional<ShownCsvStats> csv_stats;
    std::string_view encoding;
    std::int64_t segments = 0, total_segments = 0;
    std::vector<ShownRejection> csv_errors;
    std::vector<std::string> warnings;
    std::int64_t estimated_seconds = 0;
    ShownCharacters ucs2_from_data;
    std::string left_out;
    std::vector<ShownExample> recipients; // the first, or those that were sought
};
BOOST_DESCRIBE_STRUCT(ShownPlan, (),
                      (sample_message, character_count, target_customers, estimated_cost, csv_stats, encoding, segments,
                       total_segments, csv_errors, warnings, estimated_seconds, ucs2_from_data, left_out, recipients))

// In the refusal of an upload that was sent already.
struct ShownRepeat
{
    std::string_view campaign_id;
    db::Time created_at;
};
BOOST_DESCRIBE_STRUCT(ShownRepeat, (), (campaign_id, created_at))

} // namespace waybill::api
