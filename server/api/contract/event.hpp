#pragma once

#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "db/events/events.hpp"
#include "server/api/contract/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Outgoing events and endpoints as the HTTP contract shows them. Texts are those of the values that are shown.
namespace waybill::api
{

// As server/events/payload.hpp has written it; server/api/openapi/event_schema.hpp says what is in it.
struct EventJson
{
    std::string text;
};

inline void append_json(std::string& json, const EventJson& event)
{
    json += event.text;
}

struct ShownEvents
{
    std::vector<EventJson> events;
    std::string next_after; // of the next request, also when there are no more events yet
};
BOOST_DESCRIBE_STRUCT(ShownEvents, (), (events, next_after))

struct ShownEndpoint
{
    std::int64_t id = 0;
    std::string_view url, description;
    std::vector<std::string> events; // empty: all
    std::optional<std::string_view> campaign_id, created_by;
    db::Time created_at;
    bool disabled = false;
    std::optional<db::Time> disabled_at;
    std::optional<std::string_view> disabled_reason;
    std::optional<db::Time> old_secret_until;
    std::int64_t waiting_deliveries = 0;
    Omissible<std::string_view> secret; // once, when it is made
};
BOOST_DESCRIBE_STRUCT(ShownEndpoint, (),
                      (id, url, description, events, campaign_id, created_by, created_at, disabled, disabled_at,
                       disabled_reason, old_secret_until, waiting_deliveries, secret))

struct ShownEndpoints
{
    std::vector<ShownEndpoint> endpoints;
};
BOOST_DESCRIBE_STRUCT(ShownEndpoints, (), (endpoints))

struct ShownEventDelivery
{
    std::string event_id;
    std::string_view type, state;
    db::Time occurred_at;
    int attempts = 0;
    std::optional<db::Time> attempted_at;
    std::optional<int> milliseconds, http_status;
    std::optional<std::string_view> answer;
    std::optional<db::Time> next_attempt_at;
};
BOOST_DESCRIBE_STRUCT(ShownEventDelivery, (),
                      (event_id, type, state, occurred_at, attempts, attempted_at, milliseconds, http_status, answer,
                       next_attempt_at))

struct ShownEventDeliveries
{
    std::vector<ShownEventDelivery> deliveries;
    std::optional<Decimal> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownEventDeliveries, (), (deliveries, next_cursor))

struct ShownTestDelivery
{
    bool delivered = false;
    std::optional<int> http_status;
    std::optional<std::string_view> answer;
    std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(ShownTestDelivery, (), (delivered, http_status, answer, milliseconds))

struct ShownReplay
{
    std::int64_t replayed = 0;
};
BOOST_DESCRIBE_STRUCT(ShownReplay, (), (replayed))

std::vector<std::string> kinds_of(const db::Endpoint& endpoint);
ShownEndpoint show(const db::Endpoint& endpoint); // without its secret
ShownEventDeliveries show(const std::vector<db::ShownDelivery>& deliveries, int limit);

} // namespace waybill::api
