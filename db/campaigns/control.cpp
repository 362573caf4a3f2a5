#include "db/campaigns/control.hpp"

#include "db/postgres/transaction.hpp"

#include <sstream>

namespace waybill::db
{

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
    result.campaign = find_campaign(tx, public_id);
    return result;
}

ControlResult set_status(Transaction& tx, Statement statement, const std::string& public_id)
{
    const bool changed = !tx.exec(statement, public_id).empty();
    return result_of(tx, changed ? Control::done : Control::wrong_state, public_id);
}

ControlResult resume_campaign(Transaction& tx, const std::string& public_id, std::optional<std::int64_t> max_cost)
{
    ControlResult before = result_of(tx, Control::wrong_state, public_id);
    if (!before.campaign || before.campaign->status != "paused") return before;
    if (max_cost && !before.campaign->budget_left) return result_of(tx, Control::no_budget, public_id);
    if (max_cost && tx.exec("change_budget", public_id, *max_cost).empty())
        return result_of(tx, Control::below_spent, public_id);
    if (tx.exec("resume_campaign", public_id, max_cost).empty()) throw NotPaused{};
    tx.exec("complete_idle_campaigns");
    return result_of(tx, Control::done, public_id);
}

std::optional<std::string> first_text(const pqxx::result& rows)
{
    if (rows.empty()) return std::nullopt;
    return rows[0][0].as<std::string>();
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

asio::awaitable<std::optional<std::string>> CampaignControl::creator(std::string public_id)
{
    return database_.transact([public_id = std::move(public_id)](Transaction& tx) {
        return first_text(tx.exec("creator_of_campaign", public_id));
    });
}

asio::awaitable<std::optional<std::string>> CampaignControl::creator_of_message(MessageId id)
{
    return database_.transact([id](Transaction& tx) { return first_text(tx.exec("creator_of_message", id)); });
}

asio::awaitable<ControlResult> CampaignControl::pause(std::string public_id, Actor by)
{
    Action action{"campaign.pause", public_id};
    return change(database_, std::move(by), std::move(action), [public_id = std::move(public_id)](Transaction& tx) {
        return set_status(tx, "pause_campaign", public_id);
    });
}

asio::awaitable<ControlResult> CampaignControl::cancel(std::string public_id, Actor by)
{
    Action action{"campaign.cancel", public_id};
    return change(database_, std::move(by), std::move(action), [public_id = std::move(public_id)](Transaction& tx) {
        return set_status(tx, "cancel_campaign", public_id);
    });
}

asio::awaitable<ControlResult> CampaignControl::resume(std::string public_id, std::optional<std::int64_t> max_cost,
                                                       Actor by)
{
    Action action{"campaign.resume", public_id};
    auto job = [public_id, max_cost](Transaction& tx) { return resume_campaign(tx, public_id, max_cost); };
    auto look = [public_id](Transaction& tx) { return result_of(tx, Control::wrong_state, public_id); };
    ControlResult result;
    bool too_late = false;
    try {
        result = co_await change(database_, std::move(by), std::move(action), std::move(job));
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
        for (const pqxx::row& row : tx.exec("campaigns_to_guard"))
            campaigns.push_back(read_health(row));
        return campaigns;
    });
}

asio::awaitable<bool> CampaignControl::guard(std::int64_t id, std::string reason)
{
    return database_.transact(
        [id, reason = std::move(reason)](Transaction& tx) { return !tx.exec("guard_campaign", id, reason).empty(); });
}

asio::awaitable<void> CampaignControl::complete_idle()
{
    return database_.transact([](Transaction& tx) { tx.exec("complete_idle_campaigns"); });
}

} // namespace waybill::db
