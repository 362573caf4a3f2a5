#include "db/campaigns/campaigns.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/rows.hpp"
#include "db/types/seconds_histogram.hpp"
#include "db/types/types.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <limits>
#include <sstream>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Campaign, (),
                      (id, public_id, name, restaurant_name, offer, offer_code, message_template, sample_body, version,
                       sender, status, pause_reason, reference, metadata_json, hold_reason, simulated,
                       lapsed_after_days, price_per_segment, created_at, updated_at, send_at, completed_at, max_cost,
                       is_quiet_now, valid_rows, rejected_rows, duplicate_rows, opted_out_rows, texted_recently_rows,
                       not_texted_within_hours, plain_characters, created_by, total, total_segments, segments_ahead,
                       ever_accepted, accepted_segments, final_by_receipt, final_by_lookup, priced, price_micros,
                       replies, opt_outs, opt_out_wishes))
BOOST_DESCRIBE_STRUCT(RejectedRow, (), (row, message, data_json))

namespace
{

// What it may cost, and when it may arrive.
void read_terms(const pqxx::row& row, Campaign& campaign)
{
    if (!row["segments_left"].is_null())
        campaign.budget_left =
            std::max<std::int64_t>(0, row["segments_left"].as<std::int64_t>()) * campaign.price_per_segment;
    if (row["quiet_from"].is_null()) return;
    constexpr std::size_t to_the_minute = 5; // of HH:MM:SS
    campaign.quiet_hours = {row["quiet_from"].as<std::string>().substr(0, to_the_minute),
                            row["quiet_until"].as<std::string>().substr(0, to_the_minute),
                            row["time_zone"].as<std::string>("")};
    campaign.is_quiet_now = campaign.is_quiet_now || row["is_quiet_for_all"].as<bool>();
}

void read_tallies(const std::string& text, Campaign& campaign)
{
    SecondsHistogram deliveries;
    std::istringstream tallies(text);
    for (std::string tally; std::getline(tallies, tally, ';');) {
        std::istringstream fields(tally);
        std::string kind;
        int key = 0;
        std::int64_t count = 0;
        fields >> kind >> key >> count;
        if (kind == "error")
            campaign.errors.push_back({key, count});
        else
            deliveries.add(key, count);
    }
    if (deliveries.count() == 0) return;
    campaign.seconds_to_delivery = {deliveries.percentile(0.5), deliveries.percentile(0.95),
                                    deliveries.percentile(0.99)};
}

Campaign read_campaign(const RowReader<Campaign>& reader, const pqxx::row& row)
{
    Campaign campaign = reader.read(row);
    for (const MessageStatus status : all_message_statuses)
        campaign.by_status[static_cast<std::size_t>(status)] = row[std::string(name_of(status))].as<std::int64_t>();
    read_terms(row, campaign);
    read_tallies(row["tallies"].as<std::string>(""), campaign);
    return campaign;
}

// Rows of the view campaign_details.
std::vector<Campaign> read_campaigns(const pqxx::result& rows)
{
    const RowReader<Campaign> reader(rows);
    std::vector<Campaign> campaigns;
    for (const pqxx::row& row : rows)
        campaigns.push_back(read_campaign(reader, row));
    return campaigns;
}

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

std::optional<Campaign> find_campaign(Transaction& tx, const std::string& public_id)
{
    std::vector<Campaign> found = read_campaigns(tx.exec("find_campaign", public_id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

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

asio::awaitable<std::optional<Campaign>> Campaigns::find(std::string public_id)
{
    return database_.transact(
        [public_id = std::move(public_id)](Transaction& tx) { return find_campaign(tx, public_id); });
}

asio::awaitable<CampaignPage> Campaigns::list(int limit, std::optional<std::int64_t> before)
{
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    return database_.transact([limit, below](Transaction& tx) {
        CampaignPage page;
        page.campaigns = read_campaigns(tx.exec("list_campaigns", limit + 1, below));
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

asio::awaitable<std::vector<Campaign>> Changes::of(std::vector<KnownCampaign> known)
{
    ArrayLiteral ids, versions;
    for (const KnownCampaign& campaign : known) {
        ids.add(campaign.id);
        versions.add(campaign.version);
    }
    return database_.transact([ids = ids.take(), versions = versions.take()](Transaction& tx) {
        return read_campaigns(tx.exec("changed_campaigns", ids, versions));
    });
}

} // namespace waybill::db
