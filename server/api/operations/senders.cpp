#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/operations.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/operations/operations.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace waybill::api
{

namespace
{

constexpr std::string_view messaging_service = "messaging-service";

} // namespace

asio::awaitable<http::Response> SenderRoutes::list(http::Request)
{
    const std::vector<db::SenderState> states = co_await senders_.list();
    co_return json_reply(200, ShownSenders{show(states, default_sender_, rates_)});
}

asio::awaitable<http::Response> SenderRoutes::resume(http::Request request)
{
    std::string name = path_value(request, "sender");
    if (name == messaging_service) name.clear();
    co_await senders_.resume(name, actor_of(request));
    const std::vector<db::SenderState> states = co_await senders_.list();
    const auto found = std::ranges::find(states, name, &db::SenderState::sender);
    if (found == states.end() && name != default_sender_)
        throw http::Refusal(404, "Nothing was sent from this sender").with_code(error_code("sender_not_found"));
    dispatcher_.wake();
    db::SenderState state;
    state.sender = name;
    if (found != states.end()) state = *found;
    co_return json_reply(200, show(state, rates_));
}

} // namespace waybill::api
