#include "db/campaigns/resending.hpp"

#include "db/campaigns/campaign_rows.hpp"
#include "db/messages/history.hpp"
#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace waybill::db
{

// In the order of the index of both columns.
const Statement unknown_of_campaign_statement{"unknown_of_campaign", R"sql(
select id from messages m
 where campaign_id = $1::bigint and status = 'unknown' and not exists (select from outbox where message_id = m.id)
 order by campaign_id, id)sql"};

const Statement find_unknown_statement{"find_unknown", R"sql(
select m.status, m.campaign_id, coalesce(c.status, '') as campaign_status,
       m.status = 'unknown' and not exists (select from outbox where message_id = m.id) as may_be_resent
  from messages m left join campaigns c on c.id = m.campaign_id
 where m.id = $1::bigint)sql"};

const Statement put_back_statement{"put_back", R"sql(
insert into outbox (message_id, campaign_id, sender)
select id, campaign_id, sender from messages where id = any ($1::bigint[]) and status = 'unknown' order by id
    on conflict (message_id) do nothing
returning message_id)sql"};

// Also one that is sending, so that whoever is about to complete it waits and then sees the outbox as it is.
const Statement reopen_campaign_statement{"reopen_campaign", R"sql(
update campaigns set status = 'sending', completed_at = null where id = $1::bigint and status in ('sending', 'completed'))sql"};

namespace
{

constexpr std::size_t max_entries = 5'000;

// Keeps for each message's timeline that it was put back; moves nothing.
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

// Returns how many; the others were settled or put back meanwhile.
std::int64_t put_back(Transaction& tx, const std::vector<MessageId>& ids, std::optional<std::int64_t> campaign_id,
                      Time now)
{
    ArrayLiteral list;
    for (const MessageId id : ids)
        list.add(id);
    std::vector<MessageId> taken;
    for (const pqxx::row& row : tx.exec(put_back_statement, list.take()))
        taken.push_back(row[0].as<MessageId>());
    if (taken.empty()) return 0;
    keep_entries(tx, taken, now);
    if (campaign_id) tx.exec(reopen_campaign_statement, *campaign_id);
    return static_cast<std::int64_t>(taken.size());
}

std::optional<ResendResult> resend_campaign(Transaction& tx, const std::string& public_id, std::int64_t confirmed,
                                            Time now)
{
    const pqxx::result rows = tx.exec(find_campaign_statement, public_id);
    if (rows.empty()) return std::nullopt;
    const Campaign campaign = read_campaign(rows[0]);
    std::vector<MessageId> ids;
    if (campaign.count(MessageStatus::unknown) > 0)
        for (const pqxx::row& row : tx.exec(unknown_of_campaign_statement, campaign.id))
            ids.push_back(row[0].as<MessageId>());
    ResendResult result;
    result.campaign_status = campaign.status;
    result.unknown = static_cast<std::int64_t>(ids.size());
    result.confirmed = confirmed == result.unknown && campaign.status != "canceled";
    if (result.confirmed) result.resent = put_back(tx, ids, campaign.id, now);
    return result;
}

std::optional<ResendResult> resend_message(Transaction& tx, MessageId id, std::int64_t confirmed, Time now)
{
    const pqxx::result rows = tx.exec(find_unknown_statement, id);
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
                                                                 Time now)
{
    return bulk_.transact([public_id = std::move(public_id), confirmed, now](Transaction& tx) {
        return resend_campaign(tx, public_id, confirmed, now);
    });
}

asio::awaitable<std::optional<ResendResult>> Resending::message(MessageId id, std::int64_t confirmed, Time now)
{
    return database_.transact([id, confirmed, now](Transaction& tx) { return resend_message(tx, id, confirmed, now); });
}

} // namespace waybill::db
