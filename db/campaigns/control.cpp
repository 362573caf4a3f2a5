#include "db/campaigns/control.hpp"

#include "db/campaigns/campaign_rows.hpp"
#include "db/postgres/statements.hpp"

#include <sstream>

namespace waybill::db
{

const Statement pause_campaign_statement{"pause_campaign", R"sql(
update campaigns set status = 'paused', paused_at = now(), pause_reason = null
 where public_id = $1 and status = 'sending'
returning id)sql"};

const Statement cancel_campaign_statement{"cancel_campaign", R"sql(
update campaigns set status = 'canceled', completed_at = now(), paused_at = null, pause_reason = null
 where public_id = $1 and status in ('sending', 'paused')
returning id)sql"};

// What was spent stays spent: the budget's segments move by the difference of the two costs.
const Statement change_budget_statement{"change_budget", R"sql(
update campaign_budgets b
   set segments_left = b.segments_left + $2::bigint / c.price_per_segment - c.max_cost / c.price_per_segment
  from campaigns c
 where c.public_id = $1 and c.status = 'paused' and b.campaign_id = c.id
   and b.segments_left + $2::bigint / c.price_per_segment - c.max_cost / c.price_per_segment >= 0
returning b.campaign_id)sql"};

const Statement resume_campaign_statement{"resume_campaign", R"sql(
update campaigns
   set status = 'sending', paused_at = null, pause_reason = null, max_cost = coalesce($2::bigint, max_cost)
 where public_id = $1 and status = 'paused'
returning id)sql"};

// Nobody waits for the campaigns that another transaction is at: there is a next time.
const Statement complete_idle_campaigns_statement{"complete_idle_campaigns", R"sql(
with idle as (
    select c.id from campaigns c join campaign_counters k on k.campaign_id = c.id
     where c.status = 'sending' and k.pending + k.sending = 0
       for update of c skip locked
)
update campaigns c set status = 'completed', completed_at = now() from idle where c.id = idle.id)sql"};

const Statement campaigns_to_guard_statement{"campaigns_to_guard", R"sql(
select c.id, c.public_id, k.ever_accepted, k.delivered + k.read + k.undelivered + k.failed as final,
       (select string_agg(t.key || ' ' || t.count, ' ') from campaign_tallies t
         where t.campaign_id = c.id and t.kind = 'error' and t.count > 0) as errors
  from campaigns c join campaign_counters k on k.campaign_id = c.id
 where c.status = 'sending' and not c.unguarded and k.undelivered + k.failed > 0)sql"};

const Statement guard_campaign_statement{"guard_campaign", R"sql(
update campaigns set status = 'paused', paused_at = now(), pause_reason = $2, unguarded = true
 where id = $1 and status = 'sending' and not unguarded
returning id)sql"};

namespace
{

// Ends the transaction of a resume that came too late, so that the budget stays as it was.
struct NotPaused
{
};

ControlResult result_of(Transaction& tx, Control control, const std::string& public_id)
{
    ControlResult result;
    result.control = control;
    if (const pqxx::result rows = tx.exec(find_campaign_statement, public_id); !rows.empty())
        result.campaign = read_campaign(rows[0]);
    return result;
}

ControlResult change(Transaction& tx, const Statement& statement, const std::string& public_id)
{
    const bool changed = !tx.exec(statement, public_id).empty();
    return result_of(tx, changed ? Control::done : Control::wrong_state, public_id);
}

ControlResult resume_campaign(Transaction& tx, const std::string& public_id, std::optional<std::int64_t> max_cost)
{
    ControlResult before = result_of(tx, Control::wrong_state, public_id);
    if (!before.campaign || before.campaign->status != "paused") return before;
    if (max_cost && !before.campaign->budget_left) return result_of(tx, Control::no_budget, public_id);
    if (max_cost && tx.exec(change_budget_statement, public_id, *max_cost).empty())
        return result_of(tx, Control::below_spent, public_id);
    if (tx.exec(resume_campaign_statement, public_id, max_cost).empty()) throw NotPaused{};
    tx.exec(complete_idle_campaigns_statement);
    return result_of(tx, Control::done, public_id);
}

CampaignHealth read_health(const pqxx::row& row)
{
    CampaignHealth health;
    health.id = row["id"].as<std::int64_t>();
    health.public_id = row["public_id"].as<std::string>();
    health.accepted = row["ever_accepted"].as<std::int64_t>();
    health.final = row["final"].as<std::int64_t>();
    std::istringstream errors(row["errors"].as<std::string>(""));
    for (ErrorCount error; errors >> error.code >> error.count;)
        health.errors.push_back(error);
    return health;
}

} // namespace

asio::awaitable<ControlResult> CampaignControl::pause(std::string public_id)
{
    return database_.transact([public_id = std::move(public_id)](Transaction& tx) {
        return change(tx, pause_campaign_statement, public_id);
    });
}

asio::awaitable<ControlResult> CampaignControl::cancel(std::string public_id)
{
    return database_.transact([public_id = std::move(public_id)](Transaction& tx) {
        return change(tx, cancel_campaign_statement, public_id);
    });
}

asio::awaitable<ControlResult> CampaignControl::resume(std::string public_id, std::optional<std::int64_t> max_cost)
{
    auto job = [public_id, max_cost](Transaction& tx) { return resume_campaign(tx, public_id, max_cost); };
    auto look = [public_id](Transaction& tx) { return result_of(tx, Control::wrong_state, public_id); };
    ControlResult result;
    bool too_late = false;
    try {
        result = co_await database_.transact(std::move(job));
    }
    catch (const NotPaused&) {
        too_late = true;
    }
    if (too_late) result = co_await database_.transact(std::move(look));
    co_return result;
}

asio::awaitable<std::vector<CampaignHealth>> CampaignControl::to_guard()
{
    return database_.transact([](Transaction& tx) {
        std::vector<CampaignHealth> campaigns;
        for (const pqxx::row& row : tx.exec(campaigns_to_guard_statement))
            campaigns.push_back(read_health(row));
        return campaigns;
    });
}

asio::awaitable<bool> CampaignControl::guard(std::int64_t id, std::string reason)
{
    return database_.transact([id, reason = std::move(reason)](Transaction& tx) {
        return !tx.exec(guard_campaign_statement, id, reason).empty();
    });
}

asio::awaitable<void> CampaignControl::complete_idle()
{
    return database_.transact([](Transaction& tx) { tx.exec(complete_idle_campaigns_statement); });
}

} // namespace waybill::db
