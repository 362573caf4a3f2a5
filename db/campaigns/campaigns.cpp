#include "db/campaigns/campaigns.hpp"

#include "db/campaigns/campaign_rows.hpp"
#include "db/campaigns/intake.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <algorithm>
#include <limits>

namespace waybill::db
{

const Statement store_reply_statement{"store_reply", R"sql(
update idempotency_keys set reply = $2 where key = $1 and reply is null)sql"};

const Statement insert_campaign_statement{"insert_campaign", R"sql(
insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, send_at, max_cost, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments, quiet_from, quiet_until, time_zone)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sending',
        timestamptz 'epoch' + $11::bigint * interval '1 microsecond', $12, '', 0, 0, 0, 0, 0, 0, $13, $14, $15)
returning id)sql"};

// $2 … $8 what the upload held; $9 the idempotency key or an empty text.
const Statement set_intake_statement{"set_intake", R"sql(
with counters as (
    insert into campaign_counters (campaign_id, pending) values ($1::bigint, $7::int)
), keyed as (
    update idempotency_keys set campaign_id = $1 where key = $9
), budget as (
    insert into campaign_budgets (campaign_id, segments_left)
    select id, max_cost / price_per_segment from campaigns
     where id = $1 and max_cost is not null and price_per_segment > 0
)
update campaigns
   set sample_body = $2, valid_rows = $3, rejected_rows = $4, duplicate_rows = $5, opted_out_rows = $6, total = $7,
       total_segments = $8, status = case when $7 = 0 then 'completed' else status end,
       completed_at = case when $7 = 0 then now() end
 where id = $1)sql"};

const Statement fill_outbox_statement{"fill_outbox", R"sql(
insert into outbox (message_id, campaign_id)
select id, campaign_id from messages where campaign_id = $1)sql"};

// Of a table that was never looked at: -1.
const Statement known_messages_statement{"known_messages", R"sql(
select reltuples::bigint from pg_class where oid = 'messages'::regclass)sql"};

const Statement first_rejected_statement{"first_rejected", R"sql(
select row_number, message, data from rejected_rows where campaign_id = $1 order by row_number limit $2)sql"};

const Statement knows_time_zone_statement{"knows_time_zone", R"sql(
select exists (select from pg_timezone_names where name = $1))sql"};

namespace
{

// Ends the transaction of an upload without a valid row, so that nothing stays of it.
struct NothingValid
{
};

// Empty when the key is new and now ours.
std::optional<CreateResult> find_repeated(Transaction& tx, const IdempotencyKey& key)
{
    KeyUse use = use_key(tx, key);
    if (std::holds_alternative<KeyConflict>(use)) return KeyConflict{};
    if (auto* first = std::get_if<FirstUse>(&use))
        return RepeatedRequest{std::move(first->campaign), std::move(first->reply)};
    return std::nullopt;
}

std::int64_t insert_campaign(Transaction& tx, const NewCampaign& campaign)
{
    std::optional<std::string> quiet_from, quiet_until, time_zone;
    if (const auto& quiet = campaign.quiet_hours) {
        quiet_from = quiet->from;
        quiet_until = quiet->until;
        time_zone = quiet->time_zone;
    }
    return tx
        .exec(insert_campaign_statement, campaign.public_id, campaign.name, campaign.restaurant_name, campaign.offer,
              campaign.offer_code, campaign.message_template, campaign.lapsed_after_days, campaign.sender,
              campaign.simulated, campaign.price_per_segment, micros(campaign.send_at), campaign.max_cost, quiet_from,
              quiet_until, time_zone)
        .at(0)[0]
        .as<std::int64_t>();
}

// Statements are planned once, for tables as large as PostgreSQL knows them. Autovacuum would tell it of the upload
// within minutes, and until then what is right for a hundred messages would walk through a million. Nobody is waited
// for: who holds that lock is looking at the table already.
void tell_planner(Transaction& tx, std::int64_t added)
{
    constexpr std::int64_t few = 100;
    const auto known = tx.exec(known_messages_statement).at(0)[0].as<std::int64_t>();
    if (added > std::max(few, known / 10)) tx.work().exec("analyze (skip_locked) messages, outbox");
}

CreateResult create_campaign(Transaction& tx, const NewCampaign& campaign, const NextBatch& next)
{
    if (campaign.idempotency)
        if (auto repeated = find_repeated(tx, *campaign.idempotency)) return std::move(*repeated);
    CreatedCampaign created;
    created.public_id = campaign.public_id;
    created.id = insert_campaign(tx, campaign);
    created.intake = take_in(tx, next, created.id);
    const IntakeSummary& intake = created.intake;
    if (intake.valid == 0) throw NothingValid{};
    tx.exec(set_intake_statement, created.id, intake.sample_body, intake.valid, intake.rejected, intake.duplicates,
            intake.opted_out, intake.lapsed, intake.segments, campaign.idempotency ? campaign.idempotency->key : "");
    tx.exec(fill_outbox_statement, created.id);
    tell_planner(tx, intake.lapsed);
    return created;
}

} // namespace

asio::awaitable<CreateResult> Campaigns::create(NewCampaign campaign, NextBatch next)
{
    auto job = [campaign = std::move(campaign), next = std::move(next)](Transaction& tx) {
        return create_campaign(tx, campaign, next);
    };
    CreateResult result = NoValidRows{};
    try {
        result = co_await bulk_.transact(std::move(job));
    }
    catch (const NothingValid&) {
    }
    co_return result;
}

asio::awaitable<IntakeSummary> Campaigns::preview(NextBatch next)
{
    return bulk_.transact([next = std::move(next)](Transaction& tx) { return take_in(tx, next, std::nullopt); });
}

asio::awaitable<std::optional<Campaign>> Campaigns::find(std::string public_id)
{
    return database_.transact([public_id = std::move(public_id)](Transaction& tx) -> std::optional<Campaign> {
        const pqxx::result rows = tx.exec(find_campaign_statement, public_id);
        if (rows.empty()) return std::nullopt;
        return read_campaign(rows[0]);
    });
}

asio::awaitable<CampaignPage> Campaigns::list(int limit, std::optional<std::int64_t> before)
{
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    return database_.transact([limit, below](Transaction& tx) {
        CampaignPage page;
        for (const pqxx::row& row : tx.exec(list_campaigns_statement, limit + 1, below))
            page.campaigns.push_back(read_campaign(row));
        if (page.campaigns.size() > static_cast<std::size_t>(limit)) {
            page.campaigns.pop_back();
            page.next = page.campaigns.back().id;
        }
        return page;
    });
}

asio::awaitable<std::vector<RejectedRow>> Campaigns::first_rejected(std::int64_t campaign_id, int limit)
{
    return database_.transact([campaign_id, limit](Transaction& tx) {
        std::vector<RejectedRow> rows;
        for (const pqxx::row& row : tx.exec(first_rejected_statement, campaign_id, limit))
            rows.push_back({row[0].as<std::int64_t>(), {}, row[1].as<std::string>(), row[2].as<std::string>()});
        return rows;
    });
}

asio::awaitable<void> Campaigns::store_reply(std::string key, std::string reply)
{
    return database_.transact([key = std::move(key), reply = std::move(reply)](Transaction& tx) {
        tx.exec(store_reply_statement, key, reply);
    });
}

asio::awaitable<bool> Campaigns::knows_time_zone(std::string name)
{
    return database_.transact([name = std::move(name)](Transaction& tx) {
        return tx.exec(knows_time_zone_statement, name).at(0)[0].as<bool>();
    });
}

} // namespace waybill::db
