#pragma once

#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "db/events/events.hpp"
#include "db/events/notifications.hpp"
#include "server/api/contract/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Outgoing events, their endpoints, and the addresses of notifications, as the HTTP contract shows them. Texts are
// those of the values that are shown.
namespace waybill::api
{

// As server/events/payload.hpp has written it; server/api/openapi/event_operations.hpp says what is in it.
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

struct ShownNotificationAddress
{
    std::int64_t id = 0;
    std::string_view kind;
    std::string address; // shortened, if it is a secret
    std::string_view preset, created_by;
    db::Time created_at;
    std::optional<db::Time> last_attempt_at;
    std::optional<std::string_view> last_fault;
    std::int64_t waiting_notifications = 0;
};
BOOST_DESCRIBE_STRUCT(ShownNotificationAddress, (),
                      (id, kind, address, preset, created_by, created_at, last_attempt_at, last_fault,
                       waiting_notifications))

struct ShownNotificationAddresses
{
    std::vector<ShownNotificationAddress> addresses;
};
BOOST_DESCRIBE_STRUCT(ShownNotificationAddresses, (), (addresses))

struct ShownTestNotification
{
    bool delivered = false;
    std::optional<std::string_view> fault;
};
BOOST_DESCRIBE_STRUCT(ShownTestNotification, (), (delivered, fault))

} // namespace waybill::api
