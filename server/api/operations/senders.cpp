#include "server/api/operations/senders.hpp"

#include "server/api/contract/json_text.hpp"
#include "server/api/contract/json_values.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::string_view messaging_service = "messaging-service";

json::object sender_json(const db::SenderState& state, const sending::SenderRates& rates)
{
    const bool is_account = state.sender == db::whole_account;
    json::object shown{{"sender", state.sender},
                       {"name", is_account ? "the whole account" : sending::type_of(state.sender).name},
                       {"messagesPerSecond", nullptr},
                       {"pausedAt", time_or_null(state.paused_at)},
                       {"pauseCode", nullptr},
                       {"pauseReason", nullptr},
                       {"probeAt", time_or_null(state.probe_at)}};
    if (!is_account) shown["messagesPerSecond"] = rates.rate_of(state.sender);
    if (state.pause_code) shown["pauseCode"] = *state.pause_code;
    if (state.paused_at) shown["pauseReason"] = state.pause_reason;
    return shown;
}

} // namespace

json::array senders_json(std::span<const db::SenderState> states, const std::string& default_sender,
                         const sending::SenderRates& rates)
{
    json::array list;
    for (const db::SenderState& state : states)
        list.push_back(sender_json(state, rates));
    if (std::ranges::find(states, default_sender, &db::SenderState::sender) == states.end()) {
        db::SenderState unused;
        unused.sender = default_sender;
        list.push_back(sender_json(unused, rates));
    }
    return list;
}

asio::awaitable<http::Response> SenderRoutes::list(http::Request)
{
    const std::vector<db::SenderState> states = co_await senders_.list();
    const json::object body{{"senders", senders_json(states, default_sender_, rates_)}};
    co_return http::json_response(200, json_text(body));
}

asio::awaitable<http::Response> SenderRoutes::resume(http::Request request)
{
    std::string name = request.path_values.at("sender");
    if (name == messaging_service) name.clear();
    co_await senders_.resume(name);
    const std::vector<db::SenderState> states = co_await senders_.list();
    const auto found = std::ranges::find(states, name, &db::SenderState::sender);
    if (found == states.end() && name != default_sender_)
        co_return http::error_response(404, "Nothing was sent from this sender");
    sender_.wake();
    db::SenderState state;
    state.sender = name;
    if (found != states.end()) state = *found;
    co_return http::json_response(200, json_text(sender_json(state, rates_)));
}

} // namespace waybill::api
