#include "server/api/contract/creation.hpp"

#include "server/api/contract/campaign.hpp"
#include "server/text/money.hpp"

namespace waybill::api
{

namespace
{

constexpr std::size_t max_shown_bytes = 256 * 1024; // of rejected rows in one reply

std::string counted(std::int64_t number, std::string_view one, std::string_view several)
{
    return std::to_string(number) + " " + std::string(number == 1 ? one : several);
}

std::string since(std::optional<int> within_hours)
{
    return within_hours ? " within the last " + counted(*within_hours, "hour", "hours") : " recently";
}

// Whom the upload leaves out, whatever it was read from.
struct LeftOut
{
    std::int64_t texted_recently = 0, opted_out = 0, duplicates = 0, faulty = 0;
};

std::string sentence_of(const LeftOut& left_out, std::optional<int> within_hours)
{
    std::vector<std::string> parts;
    if (left_out.texted_recently > 0)
        parts.push_back(counted(left_out.texted_recently, "customer", "customers") + " whom a campaign has texted" +
                        since(within_hours));
    if (left_out.opted_out > 0)
        parts.push_back(counted(left_out.opted_out, "customer", "customers") + " who opted out");
    if (left_out.duplicates > 0) parts.push_back(counted(left_out.duplicates, "duplicate", "duplicates"));
    if (left_out.faulty > 0) parts.push_back(counted(left_out.faulty, "row", "rows") + " with errors");
    if (parts.empty()) return "";
    std::string sentence = "Left out: ";
    for (std::size_t i = 0; i < parts.size(); ++i)
        sentence.append(i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ").append(parts[i]);
    return sentence + ".";
}

std::string who_is_left_out(const db::Campaign& campaign)
{
    const LeftOut left_out{campaign.texted_recently_rows, campaign.opted_out_rows, campaign.duplicate_rows,
                           campaign.rejected_rows - campaign.duplicate_rows - campaign.opted_out_rows};
    return sentence_of(left_out, campaign.not_texted_within_hours);
}

std::string without_messages(const db::Campaign& campaign)
{
    if (campaign.texted_recently_rows == 0)
        return "No lapsed customers found (all customers have ordered within the last " +
               std::to_string(campaign.lapsed_after_days) + " days)";
    return "Nothing was sent: a campaign has texted all lapsed customers (" +
           std::to_string(campaign.texted_recently_rows) + ")" + since(campaign.not_texted_within_hours) + ".";
}

std::string what_happened(const db::Campaign& campaign, std::string_view status)
{
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

// Those who were texted recently are named in any case: nothing is wrong with their rows.
std::string sentence(const db::Campaign& campaign, std::string_view status)
{
    if (campaign.total == 0) return without_messages(campaign);
    const std::string left_out =
        sentence_of({.texted_recently = campaign.texted_recently_rows}, campaign.not_texted_within_hours);
    return what_happened(campaign, status) + (left_out.empty() ? "" : " " + left_out);
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

std::string who_is_left_out(const db::IntakeSummary& intake, std::optional<int> within_hours)
{
    const LeftOut left_out{intake.texted_recently, intake.opted_out, intake.duplicates,
                           intake.rejected - intake.duplicates - intake.opted_out};
    return sentence_of(left_out, within_hours);
}

std::vector<ShownExample> show(std::span<const db::Recipient> recipients)
{
    std::vector<ShownExample> list;
    for (const db::Recipient& each : recipients)
        list.push_back({each.row, each.line, each.phone_number, each.customer_name, each.body, {each.data_json}});
    return list;
}

ShownCharacters show(const recipients::DataCharacters& characters)
{
    ShownCharacters shown{characters.messages, characters.made_plain, {}};
    for (const recipients::DataCharacters::Example& example : characters.examples)
        shown.examples.push_back({example.row, example.line, example.customer_name, example.characters});
    return shown;
}

std::string warning_about(const recipients::DataCharacters& characters)
{
    if (characters.messages == 0) return "";
    const recipients::DataCharacters::Example& first = characters.examples.front();
    std::string sentence = counted(characters.messages, "message holds", "messages hold") +
                           " characters of the list that need UCS-2, which costs more: " + first.characters +
                           " in line " + std::to_string(first.line) + ", for example.";
    if (characters.made_plain > 0)
        sentence += " plainCharacters=true makes " + std::to_string(characters.made_plain) + " of them plain.";
    return sentence;
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
                      .estimated_cost = {campaign.total_segments * campaign.price_per_segment},
                      .texted_recently = campaign.texted_recently_rows,
                      .left_out = who_is_left_out(campaign),
                      .labels = {show_labels(campaign.reference, campaign.metadata_json)}};
    return {.success = true, .message = sentence(campaign, status), .data = std::move(data)};
}

} // namespace waybill::api
