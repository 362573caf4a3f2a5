#include "db/campaign_rows.hpp"

#include "db/seconds_histogram.hpp"
#include "db/statements.hpp"

#include <pqxx/result>

#include <sstream>

namespace waybill::db
{

namespace
{

// Everything that a campaign's page shows; the two statements below say which campaigns.
#define WAYBILL_SELECT_CAMPAIGN                                                                                        \
    "select c.*, k.pending, k.sending, k.unknown, k.accepted, k.sent, k.delivered, k.undelivered, k.failed, "          \
    "k.canceled, "                                                                                                     \
    "       k.read, k.ever_accepted, k.accepted_segments, k.priced, k.price_micros, k.final_by_receipt, "              \
    "k.final_by_lookup, "                                                                                              \
    "       (extract(epoch from c.created_at) * 1000000)::bigint as created_micros, "                                  \
    "       (extract(epoch from c.send_at) * 1000000)::bigint as send_micros, "                                        \
    "       (extract(epoch from c.completed_at) * 1000000)::bigint as completed_micros, "                              \
    "       (extract(epoch from k.updated_at) * 1000000)::bigint as updated_micros, "                                  \
    "       (select string_agg(kind || ' ' || key || ' ' || count, ';' order by kind, count desc, key) "               \
    "          from campaign_tallies t where t.campaign_id = c.id and count > 0) as tallies "                          \
    "  from campaigns c join campaign_counters k on k.campaign_id = c.id "

} // namespace

const Statement find_campaign_statement{"find_campaign", WAYBILL_SELECT_CAMPAIGN "where c.public_id = $1"};

const Statement list_campaigns_statement{"list_campaigns", WAYBILL_SELECT_CAMPAIGN
                                         "where c.id < $2::bigint order by c.id desc limit $1::int"};

namespace
{

Time from_micros(std::int64_t micros)
{
    return Time(std::chrono::microseconds(micros));
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
    campaign.name = row["name"].as<std::string>();
    campaign.restaurant_name = row["restaurant_name"].as<std::string>();
    campaign.offer = row["offer"].as<std::string>();
    campaign.offer_code = row["offer_code"].as<std::string>();
    campaign.message_template = row["message_template"].as<std::string>();
    campaign.sample_body = row["sample_body"].as<std::string>();
    campaign.status = row["status"].as<std::string>();
    campaign.simulated = row["simulated"].as<bool>();
    campaign.lapsed_after_days = row["lapsed_after_days"].as<int>();
    campaign.price_per_segment = row["price_per_segment"].as<std::int64_t>();
    campaign.created_at = from_micros(row["created_micros"].as<std::int64_t>());
    campaign.updated_at = from_micros(row["updated_micros"].as<std::int64_t>());
    if (!row["send_micros"].is_null()) campaign.send_at = from_micros(row["send_micros"].as<std::int64_t>());
    if (!row["completed_micros"].is_null())
        campaign.completed_at = from_micros(row["completed_micros"].as<std::int64_t>());
    campaign.valid_rows = row["valid_rows"].as<std::int64_t>();
    campaign.rejected_rows = row["rejected_rows"].as<std::int64_t>();
    campaign.duplicate_rows = row["duplicate_rows"].as<std::int64_t>();
    campaign.opted_out_rows = row["opted_out_rows"].as<std::int64_t>();
    campaign.total = row["total"].as<std::int64_t>();
    campaign.total_segments = row["total_segments"].as<std::int64_t>();
    for (const MessageStatus status : all_message_statuses)
        campaign.by_status[static_cast<std::size_t>(status)] = row[std::string(name_of(status))].as<std::int64_t>();
    campaign.ever_accepted = row["ever_accepted"].as<std::int64_t>();
    campaign.accepted_segments = row["accepted_segments"].as<std::int64_t>();
    campaign.final_by_receipt = row["final_by_receipt"].as<std::int64_t>();
    campaign.final_by_lookup = row["final_by_lookup"].as<std::int64_t>();
    campaign.priced = row["priced"].as<std::int64_t>();
    campaign.price_micros = row["price_micros"].as<std::int64_t>();
    read_tallies(row["tallies"].as<std::string>(""), campaign);
    return campaign;
}

} // namespace waybill::db
