#include "db/campaigns/resending.hpp"

#include "db/campaigns/campaigns.hpp"
#include "db/messages/history.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/rows.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace waybill::db
{

namespace
{

constexpr std::size_t max_entries = 5'000;

// Notes in each message's history that it was put back; changes no status.
void keep_entries(Transaction& tx, const std::vector<MessageId>& ids, Time now)
{
    std::vector<HistoryEntry> entries;
    for (const MessageId id : ids) {
        HistoryEntry entry;
        entry.message_id = id;
        entry.at = now;
        entry.word = "resend";
        entries.push_back(std::move(entry));
    }
    for (std::span<const HistoryEntry> left = entries; !left.empty();) {
        const auto some = left.first(std::min(left.size(), max_entries));
        record_history(tx, HistorySource::operator_, some);
        left = left.subspan(some.size());
    }
}

// Returns how many; the others have been settled or put back meanwhile.
std::int64_t put_back(Transaction& tx, const std::vector<MessageId>& ids, std::optional<std::int64_t> campaign_id,
                      Time now)
{
    const auto back = read_column<MessageId>(tx.exec("put_back", array_of(ids)));
    if (back.empty()) return 0;
    keep_entries(tx, back, now);
    note_rows(tx, "outbox", static_cast<std::int64_t>(back.size()));
    if (campaign_id) tx.exec("reopen_campaign", *campaign_id);
    return static_cast<std::int64_t>(back.size());
}

std::optional<ResendResult> resend_campaign(Transaction& tx, const std::string& public_id, std::int64_t confirmed,
                                            Time now)
{
    const std::optional<Campaign> campaign = find_campaign(tx, public_id);
    if (!campaign) return std::nullopt;
    std::vector<MessageId> ids;
    if (campaign->count(MessageStatus::unknown) > 0)
        ids = read_column<MessageId>(tx.exec("unknown_of_campaign", campaign->id));
    ResendResult result;
    result.campaign_status = campaign->status;
    result.unknown = static_cast<std::int64_t>(ids.size());
    result.confirmed = confirmed == result.unknown && campaign->status != "canceled";
    if (result.confirmed) result.resent = put_back(tx, ids, campaign->id, now);
    return result;
}

std::optional<ResendResult> resend_message(Transaction& tx, MessageId id, std::int64_t confirmed, Time now)
{
    const pqxx::result rows = tx.exec("find_unknown", id);
    if (rows.empty()) return std::nullopt;
    const pqxx::row row = rows[0];
    std::optional<std::int64_t> campaign_id;
    if (!row["campaign_id"].is_null()) campaign_id = row["campaign_id"].as<std::int64_t>();
    ResendResult result;
    result.status = parse_message_status(row["status"].as<std::string>()).value();
    result.campaign_status = row["campaign_status"].as<std::string>();
    result.unknown = row["may_be_resent"].as<bool>() ? 1 : 0;
    result.confirmed = confirmed == 1 && result.unknown == 1 && result.campaign_status != "canceled";
    if (result.confirmed) result.resent = put_back(tx, {id}, campaign_id, now);
    return result;
}

} // namespace

asio::awaitable<std::optional<ResendResult>> Resending::campaign(std::string public_id, std::int64_t confirmed,
                                                                 Time now, Actor by)
{
    Action action{"campaign.resend_unknown", public_id};
    auto job = [public_id = std::move(public_id), confirmed, now](Transaction& tx) {
        return resend_campaign(tx, public_id, confirmed, now);
    };
    return change(bulk_, std::move(by), std::move(action), std::move(job));
}

asio::awaitable<std::optional<ResendResult>> Resending::message(MessageId id, std::int64_t confirmed, Time now,
                                                                Actor by)
{
    Action action{"message.resend", std::to_string(id)};
    auto job = [id, confirmed, now](Transaction& tx) { return resend_message(tx, id, confirmed, now); };
    return change(database_, std::move(by), std::move(action), std::move(job));
}

} // namespace waybill::db
