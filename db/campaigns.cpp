#include "db/campaigns.hpp"

#include "db/campaign_rows.hpp"
#include "db/intake.hpp"
#include "db/statements.hpp"

#include <limits>

namespace waybill::db
{

const Statement claim_key_statement{"claim_key", R"sql(
insert into idempotency_keys (key, fingerprint) values ($1, $2) on conflict (key) do nothing returning key)sql"};

const Statement find_key_statement{"find_key", R"sql(
select k.fingerprint, coalesce(k.reply, '') as reply, coalesce(c.public_id, '') as public_id
  from idempotency_keys k left join campaigns c on c.id = k.campaign_id
 where k.key = $1)sql"};

const Statement store_reply_statement{"store_reply", R"sql(
update idempotency_keys set reply = $2 where key = $1 and reply is null)sql"};

const Statement insert_campaign_statement{"insert_campaign", R"sql(
insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, send_at, max_cost, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sending',
        timestamptz 'epoch' + $11::bigint * interval '1 microsecond', $12, '', 0, 0, 0, 0, 0, 0)
returning id)sql"};

// $2 … $8 what the upload held; $9 the idempotency key or an empty text.
const Statement set_intake_statement{"set_intake", R"sql(
with counters as (
    insert into campaign_counters (campaign_id, pending) values ($1::bigint, $7::int)
), keyed as (
    update idempotency_keys set campaign_id = $1 where key = $9
)
update campaigns
   set sample_body = $2, valid_rows = $3, rejected_rows = $4, duplicate_rows = $5, opted_out_rows = $6, total = $7,
       total_segments = $8, status = case when $7 = 0 then 'completed' else status end,
       completed_at = case when $7 = 0 then now() end
 where id = $1)sql"};

const Statement fill_outbox_statement{"fill_outbox", R"sql(
insert into outbox (message_id, campaign_id)
select id, campaign_id from messages where campaign_id = $1)sql"};

const Statement first_rejected_statement{"first_rejected", R"sql(
select row_number, message, data from rejected_rows where campaign_id = $1 order by row_number limit $2)sql"};

namespace
{

// Ends the transaction of an upload without a valid row, so that nothing stays of it.
struct NothingValid
{
};

struct TooExpensive
{
    std::int64_t cost;
};

std::optional<std::int64_t> to_micros(const std::optional<Time>& time)
{
    if (!time) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::microseconds>(time->time_since_epoch()).count();
}

// Empty when the key is new and now ours; waits while another transaction is using it.
std::optional<CreateResult> find_repeated(Transaction& tx, const IdempotencyKey& key)
{
    const std::string fingerprint = key.fingerprint();
    if (!tx.exec(claim_key_statement, key.key, fingerprint).empty()) return std::nullopt;
    const pqxx::row first = tx.exec(find_key_statement, key.key).at(0);
    if (first["fingerprint"].as<std::string>() != fingerprint) return KeyConflict{};
    return RepeatedRequest{first["public_id"].as<std::string>(), first["reply"].as<std::string>()};
}

std::int64_t insert_campaign(Transaction& tx, const NewCampaign& campaign)
{
    return tx
        .exec(insert_campaign_statement, campaign.public_id, campaign.name, campaign.restaurant_name, campaign.offer,
              campaign.offer_code, campaign.message_template, campaign.lapsed_after_days, campaign.sender,
              campaign.simulated, campaign.price_per_segment, to_micros(campaign.send_at), campaign.max_cost)
        .at(0)[0]
        .as<std::int64_t>();
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
    const std::int64_t cost = intake.segments * campaign.price_per_segment;
    if (campaign.max_cost && cost > *campaign.max_cost) throw TooExpensive{cost};
    tx.exec(set_intake_statement, created.id, intake.sample_body, intake.valid, intake.rejected, intake.duplicates,
            intake.opted_out, intake.lapsed, intake.segments, campaign.idempotency ? campaign.idempotency->key : "");
    tx.exec(fill_outbox_statement, created.id);
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
    catch (const TooExpensive& refused) {
        result = OverBudget{refused.cost};
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

} // namespace waybill::db
