#include "db/campaigns/campaign_rows.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"
#include "db/types/seconds_histogram.hpp"

#include <pqxx/result>

#include <algorithm>
#include <sstream>

namespace waybill::db
{

namespace
{

// Another one whenever a transaction has changed what is shown of a campaign.
#define WAYBILL_CAMPAIGN_VERSION                                                                                       \
    "k.xmin::text || '-' || c.xmin::text || '-' || (select coalesce(sum(date_part('epoch', s.paused_at)), 0)::text "   \
    "from senders s where s.sender in ('*', c.sender))"

// Everything that a campaign's page shows; the statements below say which campaigns. Campaigns of one sender take
// turns: until one ends, each other one sends as many messages, or all that it has.
#define WAYBILL_SELECT_CAMPAIGN                                                                                        \
    "select c.*, k.pending, k.sending, k.unknown, k.accepted, k.sent, k.delivered, k.undelivered, k.failed, "          \
    "k.canceled, "                                                                                                     \
    "       k.read, k.ever_accepted, k.accepted_segments, k.priced, k.price_micros, k.final_by_receipt, "              \
    "k.final_by_lookup, "                                                                                              \
    "       k.replies, k.opt_outs, b.segments_left, " WAYBILL_CAMPAIGN_VERSION " as version, "                         \
    "       (extract(epoch from c.created_at) * 1000000)::bigint as created_micros, "                                  \
    "       (extract(epoch from c.send_at) * 1000000)::bigint as send_micros, "                                        \
    "       (extract(epoch from c.completed_at) * 1000000)::bigint as completed_micros, "                              \
    "       (extract(epoch from k.updated_at) * 1000000)::bigint as updated_micros, "                                  \
    "       in_quiet_hours(c.quiet_from, c.quiet_until, c.time_zone, now()) as is_quiet_now, "                         \
    "       case when c.status = 'sending' then ( "                                                                    \
    "           select s.pause_reason from senders s where s.sender in ('*', c.sender) and s.paused_at is not null "   \
    "            order by s.sender = '*' desc limit 1) end as hold_reason, "                                           \
    "       case when c.status = 'sending' and k.pending + k.sending > 0 then ( "                                      \
    "           select coalesce(sum(least(jk.pending + jk.sending, k.pending + k.sending) * j.total_segments "         \
    "                           / j.total), 0) "                                                                       \
    "             from campaigns j join campaign_counters jk on jk.campaign_id = j.id "                                \
    "            where j.status = 'sending' and j.sender = c.sender and (j.send_at is null or j.send_at <= now()) "    \
    "              and j.total > 0) else 0 end::bigint as segments_ahead, "                                            \
    "       (select string_agg(kind || ' ' || key || ' ' || count, ';' order by kind, count desc, key) "               \
    "          from campaign_tallies t where t.campaign_id = c.id and count > 0) as tallies "                          \
    "  from campaigns c join campaign_counters k on k.campaign_id = c.id "                                             \
    "  left join campaign_budgets b on b.campaign_id = c.id "

} // namespace

const Statement find_campaign_statement{"find_campaign", WAYBILL_SELECT_CAMPAIGN "where c.public_id = $1"};

const Statement list_campaigns_statement{"list_campaigns", WAYBILL_SELECT_CAMPAIGN
                                         "where c.id < $2::bigint order by c.id desc limit $1::int"};

// $1, $2 campaigns and their versions as they are known.
const Statement changed_campaigns_statement{
    "changed_campaigns",
    WAYBILL_SELECT_CAMPAIGN "join unnest($1::bigint[], $2::text[]) as known(id, version) on known.id = c.id "
                            "where known.version <> " WAYBILL_CAMPAIGN_VERSION};

namespace
{

void read_figures(const pqxx::row& row, Campaign& campaign)
{
    for (const MessageStatus status : all_message_statuses)
        campaign.by_status[static_cast<std::size_t>(status)] = row[std::string(name_of(status))].as<std::int64_t>();
    campaign.ever_accepted = row["ever_accepted"].as<std::int64_t>();
    campaign.accepted_segments = row["accepted_segments"].as<std::int64_t>();
    campaign.final_by_receipt = row["final_by_receipt"].as<std::int64_t>();
    campaign.final_by_lookup = row["final_by_lookup"].as<std::int64_t>();
    campaign.priced = row["priced"].as<std::int64_t>();
    campaign.price_micros = row["price_micros"].as<std::int64_t>();
    campaign.segments_ahead = row["segments_ahead"].as<std::int64_t>(0); // null before its time
    campaign.replies = row["replies"].as<std::int64_t>();
    campaign.opt_outs = row["opt_outs"].as<std::int64_t>();
}

// What it may cost, and when it may arrive.
void read_terms(const pqxx::row& row, Campaign& campaign)
{
    if (!row["max_cost"].is_null()) campaign.max_cost = row["max_cost"].as<std::int64_t>();
    if (!row["segments_left"].is_null())
        campaign.budget_left =
            std::max<std::int64_t>(0, row["segments_left"].as<std::int64_t>()) * campaign.price_per_segment;
    if (row["time_zone"].is_null()) return;
    constexpr std::size_t to_the_minute = 5; // of HH:MM:SS
    campaign.quiet_hours = {row["quiet_from"].as<std::string>().substr(0, to_the_minute),
                            row["quiet_until"].as<std::string>().substr(0, to_the_minute),
                            row["time_zone"].as<std::string>()};
    campaign.is_quiet_now = row["is_quiet_now"].as<bool>();
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

} // namespace

Campaign read_campaign(const pqxx::row& row)
{
    Campaign campaign;
    campaign.id = row["id"].as<std::int64_t>();
    campaign.public_id = row["public_id"].as<std::string>();
    campaign.version = row["version"].as<std::string>();
    campaign.name = row["name"].as<std::string>();
    campaign.restaurant_name = row["restaurant_name"].as<std::string>();
    campaign.offer = row["offer"].as<std::string>();
    campaign.offer_code = row["offer_code"].as<std::string>();
    campaign.message_template = row["message_template"].as<std::string>();
    campaign.sample_body = row["sample_body"].as<std::string>();
    campaign.sender = row["sender"].as<std::string>();
    campaign.status = row["status"].as<std::string>();
    campaign.pause_reason = row["pause_reason"].as<std::string>("");
    campaign.hold_reason = row["hold_reason"].as<std::string>("");
    campaign.simulated = row["simulated"].as<bool>();
    campaign.lapsed_after_days = row["lapsed_after_days"].as<int>();
    campaign.price_per_segment = row["price_per_segment"].as<std::int64_t>();
    campaign.created_at = time_of(row["created_micros"].as<std::int64_t>());
    campaign.updated_at = time_of(row["updated_micros"].as<std::int64_t>());
    if (!row["send_micros"].is_null()) campaign.send_at = time_of(row["send_micros"].as<std::int64_t>());
    if (!row["completed_micros"].is_null()) campaign.completed_at = time_of(row["completed_micros"].as<std::int64_t>());
    campaign.valid_rows = row["valid_rows"].as<std::int64_t>();
    campaign.rejected_rows = row["rejected_rows"].as<std::int64_t>();
    campaign.duplicate_rows = row["duplicate_rows"].as<std::int64_t>();
    campaign.opted_out_rows = row["opted_out_rows"].as<std::int64_t>();
    campaign.total = row["total"].as<std::int64_t>();
    campaign.total_segments = row["total_segments"].as<std::int64_t>();
    read_figures(row, campaign);
    read_terms(row, campaign);
    read_tallies(row["tallies"].as<std::string>(""), campaign);
    return campaign;
}

} // namespace waybill::db
