#include "server/api/contract/operations.hpp"

#include <algorithm>
#include <utility>

namespace waybill::api
{

namespace
{

ShownSender unused(std::string_view sender, const sending::SenderRates& rates)
{
    const std::string name(sender);
    ShownSender shown;
    shown.sender = sender;
    shown.name = sending::type_of(name).name;
    shown.messages_per_second = rates.rate_of(name);
    return shown;
}

} // namespace

// A path may hold a secret: without a description it is called by its host.
ShownDisabledEndpoint show(const db::StoppedEndpoint& endpoint)
{
    const std::string& url = endpoint.url;
    const std::size_t host = url.find("//") + 2;
    std::string name =
        endpoint.description.empty() ? url.substr(host, url.find('/', host) - host) : endpoint.description;
    return {endpoint.id, std::move(name), endpoint.reason, endpoint.disabled_at};
}

ShownSender show(const db::SenderState& state, const sending::SenderRates& rates)
{
    ShownSender shown = unused(state.sender, rates);
    if (state.sender == db::whole_account) {
        shown.name = "the whole account";
        shown.messages_per_second.reset();
    }
    shown.paused_at = state.paused_at;
    shown.pause_code = state.pause_code;
    if (state.paused_at) shown.pause_reason = state.pause_reason;
    shown.probe_at = state.probe_at;
    return shown;
}

std::vector<ShownSender> show(std::span<const db::SenderState> states, std::string_view default_sender,
                              const sending::SenderRates& rates)
{
    std::vector<ShownSender> list;
    for (const db::SenderState& state : states)
        list.push_back(show(state, rates));
    if (std::ranges::find(states, default_sender, &db::SenderState::sender) == states.end())
        list.push_back(unused(default_sender, rates));
    return list;
}

std::optional<ShownReplica> show(const db::Replica* replica)
{
    if (replica == nullptr) return std::nullopt;
    ShownReplica shown{name_of(replica->state()), std::nullopt};
    if (replica->lag()) shown.lag_seconds = std::chrono::duration<double>(*replica->lag()).count();
    return shown;
}

std::optional<ShownLag> show(const db::SecondsHistogram& lag)
{
    if (lag.count() == 0) return std::nullopt;
    return ShownLag{lag.percentile(0.5), lag.percentile(0.99)};
}

std::optional<ShownDailyBudget> show(const std::optional<db::BudgetDay>& day,
                                     const std::optional<db::DayBudget>& budget)
{
    if (!day || !budget) return std::nullopt;
    return ShownDailyBudget{{budget->amount},         {day->spent},      {day->left(*budget)},
                            day->is_used_up(*budget), budget->time_zone, day->ends};
}

} // namespace waybill::api
