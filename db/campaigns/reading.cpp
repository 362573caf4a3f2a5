#include "db/campaigns/campaigns.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/rows.hpp"
#include "db/types/seconds_histogram.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <limits>
#include <sstream>
#include <utility>

// What is shown of campaigns: one, a page of them, those that a search finds, those that have changed.
namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Campaign, (),
                      (id, public_id, name, restaurant_name, offer, offer_code, message_template, sample_body, version,
                       sender, status, pause_reason, reference, metadata_json, hold_reason, simulated,
                       lapsed_after_days, price_per_segment, created_at, updated_at, send_at, completed_at,
                       messages_removed_at, max_cost, is_quiet_now, valid_rows, rejected_rows, duplicate_rows,
                       opted_out_rows, texted_recently_rows, not_texted_within_hours, plain_characters, created_by,
                       total, total_segments, segments_ahead, ever_accepted, accepted_segments, final_by_receipt,
                       final_by_lookup, priced, price_micros, replies, opt_outs, opt_out_wishes))

namespace
{

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr int max_looked_at = 10'000; // by a search

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

CampaignPage page_of(const pqxx::result& rows, int limit)
{
    CampaignPage page;
    page.campaigns = read_campaigns(rows);
    if (page.campaigns.size() > static_cast<std::size_t>(limit)) {
        page.campaigns.pop_back();
        page.next = page.campaigns.back().id;
    }
    return page;
}

// No index serves a part of a text: only so many campaigns are looked at, and the next page continues behind them.
CampaignPage find_campaigns(Transaction& tx, const CampaignSearch& search)
{
    const std::int64_t below = search.before.value_or(no_limit);
    const pqxx::result end = tx.exec("end_of_campaign_search", below, max_looked_at);
    const auto from = end.empty() ? std::int64_t{0} : end[0][0].as<std::int64_t>();
    ArrayLiteral words;
    for (const std::string& word : search.words)
        words.add(std::string_view(word));
    CampaignPage page = page_of(tx.exec("search_campaigns", search.limit + 1, below, words.take(), from), search.limit);
    if (!page.next && !end.empty()) page.next = from;
    return page;
}

} // namespace

std::optional<Campaign> find_campaign(Transaction& tx, const std::string& public_id)
{
    std::vector<Campaign> found = read_campaigns(tx.exec("find_campaign", public_id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

asio::awaitable<std::optional<Campaign>> Campaigns::find(std::string public_id)
{
    return database_.transact(
        [public_id = std::move(public_id)](Transaction& tx) { return find_campaign(tx, public_id); });
}

asio::awaitable<CampaignPage> Campaigns::list(int limit, std::optional<std::int64_t> before)
{
    return database_.transact([limit, below = before.value_or(no_limit)](Transaction& tx) {
        return page_of(tx.exec("list_campaigns", limit + 1, below), limit);
    });
}

asio::awaitable<CampaignPage> Campaigns::search(CampaignSearch search, CallerLeft caller)
{
    auto job = [search = std::move(search)](Transaction& tx) { return find_campaigns(tx, search); };
    return database_.transact_for(std::move(caller), std::move(job));
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
