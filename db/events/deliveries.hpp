#pragma once

#include "db/events/endpoints.hpp"
#include "db/events/events.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

struct DueEvent
{
    Event event;
    int attempts = 0; // so far
};

// Events that an endpoint wants, of those up to `last`.
struct EventPage
{
    std::vector<Event> wanted;
    EventNumber last = 0; // 0: there are none
    int looked_at = 0;
};

enum class DeliveryState
{
    delivered,
    waits,  // for its next attempt
    behind, // an earlier event of its message
    failed  // for good
};

struct DeliveryRecord
{
    EventNumber number = 0;
    std::optional<std::int64_t> order_key;
    DeliveryState state = DeliveryState::delivered;
    int attempts = 0;
    std::optional<int> milliseconds; // of the last attempt; empty: none
    std::optional<int> status;
    std::string answer;
    std::chrono::milliseconds wait{0};
};

struct Progress
{
    EventNumber position = 0;
    std::vector<DeliveryRecord> records;
    std::vector<std::int64_t> keys; // in which something was delivered or deferred that may let others follow
};

// A process that delivers, and for how long it may before it has to renew its leases.
struct Holder
{
    std::string name;
    std::chrono::milliseconds lease{};
};

struct ShownDelivery
{
    EventNumber number = 0;
    Time at; // of the event
    std::string kind, state;
    int attempts = 0;
    std::optional<Time> attempted_at;
    std::optional<int> milliseconds, status;
    std::string answer;
    std::optional<Time> next_at;
};

struct DeliveryQuery
{
    std::int64_t endpoint_id = 0;
    std::string state; // empty: any
    std::optional<EventNumber> below;
    int limit = 50;
};

// Which events are to be replayed: these, or those of a time.
struct Replay
{
    std::optional<std::vector<EventNumber>> numbers;
    Time from, to;
    int limit = 0;
};

class Deliveries
{
public:
    explicit Deliveries(Database& database) : database_(database) {}

    // The enabled endpoints that no other process holds, from now on held by this one.
    asio::awaitable<std::vector<Endpoint>> lease(Holder holder);
    asio::awaitable<void> release(Holder holder);

    asio::awaitable<EventPage> next(std::int64_t endpoint_id, EventNumber above, int limit);
    asio::awaitable<std::vector<DueEvent>> due(std::int64_t endpoint_id, int limit);
    asio::awaitable<std::vector<std::int64_t>> waiting_keys(std::int64_t endpoint_id);

    // The events above the position that have a delivery already, whatever its state.
    asio::awaitable<std::vector<EventNumber>> kept(std::int64_t endpoint_id, EventNumber position);

    // In one transaction, with the lease renewed. Returns those of the keys of which something waits still; empty when
    // another process has the endpoint, and then nothing was kept.
    asio::awaitable<std::optional<std::vector<std::int64_t>>> keep(std::int64_t endpoint_id, Holder holder,
                                                                   Progress progress);

    asio::awaitable<std::vector<ShownDelivery>> list(DeliveryQuery query);                   // newest first
    asio::awaitable<std::int64_t> replay(std::int64_t endpoint_id, Replay replay, Actor by); // how many events

private:
    Database& database_;
};

} // namespace waybill::db
