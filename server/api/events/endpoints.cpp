#include "server/api/events/endpoints.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/event.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/events/endpoint_request.hpp"
#include "server/events/endpoint_url.hpp"
#include "server/events/signing.hpp"
#include "server/http/refusal.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace waybill::api
{

namespace
{

http::Refusal endpoint_not_found()
{
    return http::Refusal(404, "There is no endpoint with this id").with_code(error_code("endpoint_not_found"));
}

http::Refusal faulty(std::string_view field, std::string message)
{
    return http::Refusal(http::FieldFault{"body", std::string(field), std::move(message), "value_error"});
}

std::string state_of(const http::Request& request)
{
    constexpr std::array<std::string_view, 4> states{"", "waiting", "delivered", "failed"};
    std::string state = query_value(request, "state");
    if (std::ranges::find(states, state) == states.end())
        throw http::Refusal(http::FieldFault{"query", "state", "must be waiting, delivered or failed", "value_error"});
    return state;
}

http::Response with_secret(int status, const db::Endpoint& endpoint)
{
    ShownEndpoint shown = show(endpoint);
    shown.secret.value = endpoint.secret;
    return json_reply(status, shown);
}

} // namespace

asio::awaitable<db::Endpoint> EndpointRoutes::endpoint_of(const http::Request& request)
{
    const auto id = parse_number(path_value(request, "id"));
    std::optional<db::Endpoint> found;
    if (id) found = co_await endpoints_.find(*id);
    if (!found) throw endpoint_not_found();
    co_return std::move(*found);
}

asio::awaitable<void> EndpointRoutes::check_url(std::string url)
{
    const bool allows_private = deliverer_.options().allows_private;
    const auto parsed = events::parse_endpoint_url(url, allows_private);
    if (const auto* fault = std::get_if<std::string>(&parsed)) throw faulty("url", *fault);
    http::AddressRule rule;
    if (!allows_private) rule = http::is_public_and_foreign;
    const auto executor = co_await asio::this_coro::executor;
    std::string origin = std::get<events::EndpointUrl>(parsed).origin;
    std::string fault = co_await events::fault_of_host(executor, std::move(origin), std::move(rule));
    if (!fault.empty()) throw faulty("url", std::move(fault));
}

asio::awaitable<void> EndpointRoutes::check_campaign(std::string public_id)
{
    if (public_id.empty()) co_return;
    const auto campaign = co_await campaigns_.find(public_id);
    if (!campaign) throw faulty("campaignId", "no campaign has this id");
}

asio::awaitable<http::Response> EndpointRoutes::list(http::Request)
{
    const std::vector<db::Endpoint> endpoints = co_await endpoints_.list();
    ShownEndpoints shown;
    for (const db::Endpoint& endpoint : endpoints)
        shown.endpoints.push_back(show(endpoint));
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> EndpointRoutes::one(http::Request request)
{
    const db::Endpoint endpoint = co_await endpoint_of(request);
    co_return json_reply(200, show(endpoint));
}

asio::awaitable<http::Response> EndpointRoutes::add(http::Request request)
{
    db::NewEndpoint endpoint = read_new_endpoint(request);
    co_await check_url(endpoint.url);
    co_await check_campaign(endpoint.filter.campaign);
    endpoint.secret = events::new_secret();
    const db::Endpoint added = co_await endpoints_.add(std::move(endpoint), actor_of(request));
    deliverer_.look_at_endpoints();
    co_return with_secret(201, added);
}

asio::awaitable<http::Response> EndpointRoutes::change(http::Request request)
{
    db::EndpointChange change = read_endpoint_change(request);
    const db::Endpoint before = co_await endpoint_of(request);
    if (change.url) co_await check_url(*change.url);
    if (change.campaign) co_await check_campaign(*change.campaign);
    const auto changed = co_await endpoints_.change(before.id, std::move(change), actor_of(request));
    if (!changed) throw endpoint_not_found();
    deliverer_.look_at_endpoints();
    co_return json_reply(200, show(*changed));
}

asio::awaitable<http::Response> EndpointRoutes::remove(http::Request request)
{
    const db::Endpoint endpoint = co_await endpoint_of(request);
    const bool removed = co_await endpoints_.remove(endpoint.id, actor_of(request));
    if (!removed) throw endpoint_not_found();
    deliverer_.look_at_endpoints();
    http::Response response;
    response.status = 204;
    co_return response;
}

asio::awaitable<http::Response> EndpointRoutes::rotate_secret(http::Request request)
{
    const std::chrono::seconds overlap = read_overlap(request);
    const db::Endpoint before = co_await endpoint_of(request);
    std::string secret = events::new_secret();
    const auto rotated = co_await endpoints_.rotate(before.id, std::move(secret), overlap, actor_of(request));
    if (!rotated) throw endpoint_not_found();
    deliverer_.look_at_endpoints();
    co_return with_secret(200, *rotated);
}

asio::awaitable<http::Response> EndpointRoutes::test(http::Request request)
{
    db::Endpoint endpoint = co_await endpoint_of(request);
    co_await endpoints_.note_test(endpoint.id, actor_of(request));
    const events::Answer answer = co_await deliverer_.test(std::move(endpoint));
    ShownTestDelivery shown{.delivered = answer.accepted,
                            .http_status = answer.status,
                            .answer = std::nullopt,
                            .milliseconds = answer.took.count()};
    if (!answer.text.empty()) shown.answer = answer.text;
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> EndpointRoutes::deliveries(http::Request request)
{
    const Paging paging = read_paging(request);
    db::DeliveryQuery query;
    query.state = state_of(request);
    query.limit = paging.limit + 1;
    query.below = paging.cursor;
    const db::Endpoint endpoint = co_await endpoint_of(request);
    query.endpoint_id = endpoint.id;
    const std::vector<db::ShownDelivery> found = co_await deliveries_.list(std::move(query));
    co_return json_reply(200, show(found, paging.limit));
}

asio::awaitable<http::Response> EndpointRoutes::replay(http::Request request)
{
    db::Replay replay = read_replay(request);
    const db::Endpoint endpoint = co_await endpoint_of(request);
    const std::int64_t replayed = co_await deliveries_.replay(endpoint.id, std::move(replay), actor_of(request));
    deliverer_.look_at_endpoints();
    const ShownReplay shown{replayed};
    co_return json_reply(202, shown);
}

} // namespace waybill::api
