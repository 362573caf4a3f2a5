#include "db/campaigns/campaigns.hpp"

#include "db/postgres/rows.hpp"
#include "db/types/types.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(RejectedRow, (), (row, message, data_json))

namespace
{

// Ends the transaction of an upload without a valid row, so that nothing remains of it.
struct NothingValid
{
    IntakeSummary intake;
};

// Ends the transaction of an upload that repeats another one: its idempotency key stays unused.
struct SentAlready
{
    RepeatedCampaign campaign;
};

// Ends the transaction of an upload whose reference another one has, likewise.
struct Referred
{
    RepeatedRequest campaign;
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

// The same campaign of the last minutes, if it is not to be created again. Two at the same time wait for each other.
std::optional<RepeatedCampaign> find_same(Transaction& tx, const NewCampaign& campaign, const std::string& repeat_key)
{
    if (campaign.may_repeat || repeat_key.empty()) return std::nullopt;
    tx.exec("lock_repeat_key", repeat_key);
    const pqxx::result rows = tx.exec("find_same_campaign", repeat_key);
    if (rows.empty()) return std::nullopt;
    return RepeatedCampaign{rows[0][0].as<std::string>(), time_of(rows[0][1].as<std::int64_t>())};
}

// The campaign for which the principal has used the reference; empty: none.
std::optional<RepeatedRequest> find_referred(Transaction& tx, const NewCampaign& campaign)
{
    if (campaign.labels.reference.empty()) return std::nullopt;
    const pqxx::result rows = tx.exec("find_campaign_reference", campaign.creator.principal, campaign.labels.reference);
    if (rows.empty()) return std::nullopt;
    return RepeatedRequest{rows[0][0].as<std::string>(), ""};
}

// Of two at the same time with the same reference the second one waits for the first; empty: it was the second.
std::optional<std::int64_t> insert_campaign(Transaction& tx, const NewCampaign& campaign, const std::string& repeat_key)
{
    std::optional<std::string> quiet_from, quiet_until, time_zone;
    if (const auto& quiet = campaign.quiet_hours) {
        quiet_from = quiet->from;
        quiet_until = quiet->until;
        if (!quiet->time_zone.empty()) time_zone = quiet->time_zone;
    }
    const pqxx::result rows =
        tx.exec("insert_campaign", campaign.public_id, campaign.name, campaign.restaurant_name, campaign.offer,
                campaign.offer_code, campaign.message_template, campaign.lapsed_after_days, campaign.sender,
                campaign.simulated, campaign.price_per_segment, micros(campaign.send_at), campaign.max_cost, quiet_from,
                quiet_until, time_zone, repeat_key, campaign.creator.principal, campaign.not_texted_within_hours,
                campaign.plain_characters, campaign.labels.reference, campaign.labels.metadata_json);
    if (rows.empty()) return std::nullopt;
    return rows[0][0].as<std::int64_t>();
}

// Statements are planned once, for tables as large as PostgreSQL believes they are. Autovacuum would update that within
// minutes; until then a plan that is right for a hundred messages would walk through a million. Does not wait for
// locks: whatever holds one is analyzing the table already.
void inform_planner(Transaction& tx, std::int64_t added)
{
    constexpr std::int64_t few = 100;
    const auto known = tx.exec("known_messages").at(0)[0].as<std::int64_t>();
    if (added > std::max(few, known / 10)) tx.exec("analyze_messages");
}

std::int64_t estimated_cost(const NewCampaign& campaign, std::int64_t segments)
{
    const std::int64_t cost = segments * campaign.price_per_segment;
    return std::min(cost, campaign.max_cost.value_or(cost));
}

CreateResult create_campaign(Transaction& tx, const NewCampaign& campaign, const NextBatch& next)
{
    if (campaign.idempotency)
        if (auto repeated = find_repeated(tx, *campaign.idempotency)) return std::move(*repeated);
    if (auto known = find_referred(tx, campaign)) throw Referred{std::move(*known)};
    const std::string repeat_key = campaign.repeat_key ? campaign.repeat_key() : "";
    if (auto same = find_same(tx, campaign, repeat_key)) throw SentAlready{std::move(*same)};
    CreatedCampaign created;
    created.public_id = campaign.public_id;
    begin_change(tx, campaign.by);
    const std::optional<std::int64_t> id = insert_campaign(tx, campaign, repeat_key);
    if (!id) throw Referred{find_referred(tx, campaign).value()};
    created.id = *id;
    const IntakeTerms terms{campaign.not_texted_within_hours, campaign.quiet_hours};
    created.intake = take_in(tx, next, terms, IntakeTarget{created.id, campaign.send_at.has_value()});
    const IntakeSummary& intake = created.intake;
    if (intake.valid == 0) throw NothingValid{intake};
    spend(tx, campaign.creator, estimated_cost(campaign, intake.segments), campaign.price_per_segment);
    keep_row_labels(tx, created.id, campaign.creator.principal, campaign.row_labels);
    tx.exec("set_intake", created.id, intake.sample_body, intake.valid, intake.rejected, intake.duplicates,
            intake.opted_out, intake.lapsed, intake.segments, campaign.idempotency ? campaign.idempotency->key : "",
            intake.texted_recently);
    tx.exec("fill_outbox", created.id);
    note_rows(tx, "messages", intake.lapsed);
    note_rows(tx, "outbox", intake.lapsed);
    end_change(tx, campaign.by, {"campaign.create", created.public_id});
    inform_planner(tx, intake.lapsed);
    return created;
}

} // namespace

asio::awaitable<CreateResult> Campaigns::create(NewCampaign campaign, NextBatch next)
{
    Creator creator = campaign.creator;
    auto job = [campaign = std::move(campaign), next = std::move(next)](Transaction& tx) {
        return create_campaign(tx, campaign, next);
    };
    CreateResult result = NoValidRows{};
    try {
        result = co_await bulk_.transact(std::move(job));
    }
    catch (const NothingValid& nothing) {
        result = NoValidRows{nothing.intake};
    }
    catch (const SentAlready& already) {
        result = already.campaign;
    }
    catch (const Referred& known) {
        result = known.campaign;
    }
    catch (const UsedReferences& used) {
        result = used;
    }
    catch (const OverDailyBudget& over) {
        result = over;
    }
    const auto* over = std::get_if<OverDailyBudget>(&result);
    if (over != nullptr && over->is_used_up) co_await note_used_up(bulk_, std::move(creator));
    co_return result;
}

asio::awaitable<ListPreview> Campaigns::preview(NextBatch next, IntakeTerms terms, std::string example_of,
                                                CallerLeft caller)
{
    auto job = [next = std::move(next), terms = std::move(terms), example_of](Transaction& tx) {
        return look_through(tx, next, terms, example_of);
    };
    return bulk_.transact_for(std::move(caller), std::move(job));
}

asio::awaitable<std::vector<RejectedRow>> Campaigns::first_rejected(std::int64_t campaign_id, int limit)
{
    return database_.transact([campaign_id, limit](Transaction& tx) {
        return read_rows<RejectedRow>(tx.exec("first_rejected", campaign_id, limit));
    });
}

asio::awaitable<void> Campaigns::store_reply(std::string key, std::string reply)
{
    return database_.transact(
        [key = std::move(key), reply = std::move(reply)](Transaction& tx) { tx.exec("store_reply", key, reply); });
}

asio::awaitable<bool> Campaigns::knows_time_zone(std::string name)
{
    return database_.transact(
        [name = std::move(name)](Transaction& tx) { return tx.exec("knows_time_zone", name).at(0)[0].as<bool>(); });
}

} // namespace waybill::db
