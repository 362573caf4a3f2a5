#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// What a key may do at most; empty: no limit of its own.
struct KeyLimits
{
    std::optional<int> requests_per_minute;   // of all keys of its name together, in each process
    std::optional<std::int64_t> daily_budget; // 1/10 000 USD
    std::vector<std::string> senders;         // E.164; the only ones that it may send from
};

struct ApiKey
{
    std::int64_t id = 0;
    std::string name;                     // of the principal; an old key and the one that replaces it share it
    std::string role;                     // empty: the permissions count
    std::vector<std::string> permissions; // empty with a role
    Time created_at;
    std::optional<Time> expires_at, last_used_at;
    std::string last_used_from; // empty: never used
    bool revoked = false;
    KeyLimits limits = {};
};

struct NewApiKey
{
    std::string name, role;
    std::vector<std::string> permissions;
    std::string token_hash; // SHA-256 in hexadecimal digits
    std::optional<std::chrono::seconds> lifetime;
    KeyLimits limits = {};
    Actor by = {};
};

// What a key may do: a role, or single permissions.
struct KeyRights
{
    std::string role;
    std::vector<std::string> permissions;
};

// What has no value stays as it is; an inner one that is empty takes the limit away. The name stays: references and
// Idempotency-Keys belong to it, so that a request that is repeated under another one would be carried out twice.
struct KeyChange
{
    std::optional<KeyRights> rights;
    std::optional<std::optional<int>> requests_per_minute;
    std::optional<std::optional<std::int64_t>> daily_budget; // 1/10 000 USD
    std::optional<std::vector<std::string>> senders;
    std::optional<std::optional<std::chrono::seconds>> lifetime; // from now on
};

class ApiKeys
{
public:
    explicit ApiKeys(Database& database) : database_(database) {}

    asio::awaitable<ApiKey> add(NewApiKey key);
    asio::awaitable<std::vector<ApiKey>> list(); // oldest first
    // Empty: no such key, or it was revoked before.
    asio::awaitable<std::optional<ApiKey>> change_key(std::int64_t id, KeyChange change, Actor by);
    asio::awaitable<bool> revoke(std::int64_t id, Actor by);       // false: no such key, or it was revoked before
    asio::awaitable<int> revoke_named(std::string name, Actor by); // how many were

    // The key that is in force, with its use from that address recorded.
    asio::awaitable<std::optional<ApiKey>> use(std::string token_hash, std::string peer);

private:
    Database& database_;
};

} // namespace waybill::db
