#include "db/events/endpoints.hpp"

#include "db/events/deliveries.hpp"
#include "server/api/access/json_fields.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/event.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/api/events/events.hpp"
#include "server/events/endpoint_url.hpp"
#include "server/events/payload.hpp"
#include "server/events/signing.hpp"
#include "server/http/message.hpp"
#include "server/http/refusal.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

// What requests about endpoints ask for. Each function throws http::Refusal when a field is faulty.

namespace waybill::api
{

namespace
{

db::NewEndpoint read_new_endpoint(const http::Request& request); // without a secret
db::EndpointChange read_endpoint_change(const http::Request& request);
std::chrono::seconds read_overlap(const http::Request& request); // for which the old secret signs as well
db::Replay read_replay(const http::Request& request);

constexpr std::size_t max_description = 200;
constexpr std::size_t max_replayed_ids = 1'000;
constexpr int max_replayed = 100'000;
constexpr std::int64_t usual_overlap_hours = 24, max_overlap_hours = 7 * 24;

bool is_event_kind(std::string_view kind)
{
    return std::ranges::find(db::event_kinds, kind) != db::event_kinds.end();
}

std::optional<std::string> read_description(JsonFields& fields)
{
    auto description = fields.optional("description");
    if (description && description->size() > max_description)
        fields.fault("description", "must have at most 200 bytes");
    return description;
}

std::optional<std::vector<std::string>> read_kinds(JsonFields& fields)
{
    auto kinds = fields.optional_list("events");
    for (const std::string& kind : kinds.value_or(std::vector<std::string>()))
        if (!is_event_kind(kind)) fields.fault("events", "\"" + kind + "\" is no event; /api/docs lists them");
    if (kinds) {
        std::ranges::sort(*kinds);
        kinds->erase(std::unique(kinds->begin(), kinds->end()), kinds->end());
    }
    return kinds;
}

std::optional<db::Time> read_time(JsonFields& fields, std::string_view name)
{
    const auto text = fields.optional(name);
    if (!text) return std::nullopt;
    const auto time = parse_iso8601(*text);
    if (!time) fields.fault(name, "must be a time like 2026-03-31T12:00:00Z", "datetime_parsing");
    return time;
}

db::NewEndpoint read_new_endpoint(const http::Request& request)
{
    JsonFields fields(request);
    db::NewEndpoint endpoint;
    endpoint.url = fields.required("url");
    endpoint.description = read_description(fields).value_or("");
    endpoint.filter.kinds = read_kinds(fields).value_or(std::vector<std::string>());
    endpoint.filter.campaign = fields.optional("campaignId").value_or("");
    endpoint.filter.principal = fields.optional("createdBy").value_or("");
    fields.refuse_faults();
    return endpoint;
}

db::EndpointChange read_endpoint_change(const http::Request& request)
{
    JsonFields fields(request);
    db::EndpointChange change;
    change.url = fields.optional("url");
    if (change.url && change.url->empty()) fields.fault("url", "must not be blank", "string_too_short");
    change.description = read_description(fields);
    change.kinds = read_kinds(fields);
    change.campaign = fields.optional("campaignId");
    change.principal = fields.optional("createdBy");
    change.disabled = fields.optional_flag("disabled");
    fields.refuse_faults();
    return change;
}

std::chrono::seconds read_overlap(const http::Request& request)
{
    if (request.body.empty()) return std::chrono::hours(usual_overlap_hours);
    JsonFields fields(request);
    const auto hours = fields.optional_number("overlapHours", 0, max_overlap_hours);
    fields.refuse_faults();
    return std::chrono::hours(hours.value_or(usual_overlap_hours));
}

db::Replay read_replay(const http::Request& request)
{
    JsonFields fields(request);
    db::Replay replay;
    replay.limit = max_replayed;
    const auto ids = fields.optional_list("eventIds");
    const auto from = read_time(fields, "from"), to = read_time(fields, "to");
    if (ids) replay.numbers.emplace();
    for (const std::string& id : ids.value_or(std::vector<std::string>())) {
        if (const auto number = events::number_of(id))
            replay.numbers->push_back(*number);
        else
            fields.fault("eventIds", "\"" + id + "\" is no id of an event");
    }
    if (ids && ids->size() > max_replayed_ids) fields.fault("eventIds", "must be at most 1000");
    if (ids.has_value() == (from.has_value() && to.has_value()))
        fields.fault("eventIds", "give either the ids of the events, or from and to", "missing");
    fields.refuse_faults();
    replay.from = from.value_or(db::Time());
    replay.to = to.value_or(db::Time());
    return replay;
}

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
