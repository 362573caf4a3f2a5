#pragma once

#include "db/events/events.hpp"
#include "db/requests/audit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// Where events go.
struct Endpoint
{
    std::int64_t id = 0;
    std::string url, description;
    std::string secret;     // whsec_…
    std::string old_secret; // signs as well until then; empty: none
    std::optional<Time> old_secret_until;
    std::string kinds;     // the wanted ones, separated by commas; empty: all
    std::string campaign;  // public id; empty: of all campaigns and of none
    std::string principal; // who has created what events are about; empty: anyone
    Time created_at;
    std::optional<Time> disabled_at;
    std::string disabled_reason; // empty: it is enabled, or a person disabled it
    EventNumber position = 0;    // every event up to this one was delivered or has a delivery
    std::int64_t waiting = 0;    // deliveries that wait
};

struct EndpointFilter
{
    std::vector<std::string> kinds;
    std::string campaign, principal;
};

struct NewEndpoint
{
    std::string url, description, secret;
    EndpointFilter filter;
};

// What has no value stays as it is.
struct EndpointChange
{
    std::optional<std::string> url, description;
    std::optional<std::vector<std::string>> kinds;
    std::optional<std::string> campaign, principal;
    std::optional<bool> disabled;
};

// One that Waybill has disabled because nothing reached it.
struct StoppedEndpoint
{
    std::int64_t id = 0;
    std::string url, description, reason;
    Time disabled_at;
};

class Endpoints
{
public:
    explicit Endpoints(Database& database) : database_(database) {}

    asio::awaitable<std::vector<Endpoint>> list(); // oldest first
    asio::awaitable<std::optional<Endpoint>> find(std::int64_t id);
    asio::awaitable<std::vector<StoppedEndpoint>> stopped(); // the first 20

    asio::awaitable<Endpoint> add(NewEndpoint endpoint, Actor by);
    // Empty: there is none with this id.
    asio::awaitable<std::optional<Endpoint>> change(std::int64_t id, EndpointChange change, Actor by);
    asio::awaitable<std::optional<Endpoint>> rotate(std::int64_t id, std::string secret, std::chrono::seconds overlap,
                                                    Actor by);
    asio::awaitable<bool> remove(std::int64_t id, Actor by);

    asio::awaitable<void> note_test(std::int64_t id, Actor by); // in the audit log

    // Because nothing reaches it: false when it is disabled or gone already.
    asio::awaitable<bool> disable(std::int64_t id, std::string reason);

private:
    Database& database_;
};

} // namespace waybill::db
