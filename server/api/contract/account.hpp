#pragma once

#include "db/requests/api_keys.hpp"
#include "db/requests/users.hpp"
#include "server/api/contract/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Users, keys, who is signed in, and the audit log, as the HTTP contract shows them. Texts are those of the values that
// are shown.
namespace waybill::api
{

// As an existing client reads it. All null: an API key, or a person on the same machine.
struct ShownUser
{
    std::optional<std::int64_t> user_id;
    std::optional<std::string_view> email, role;
    std::optional<db::Time> created_at;
    std::optional<std::string_view> restaurant;
    std::optional<std::int64_t> impersonating_restaurant_id;
    bool email_verified = true;
    std::optional<db::Time> last_login;
};
BOOST_DESCRIBE_STRUCT(ShownUser, (),
                      (user_id, email, role, created_at, restaurant, impersonating_restaurant_id, email_verified,
                       last_login))
template <>
inline constexpr bool keeps_names<ShownUser> = true;

struct ShownSession
{
    std::string_view message;
    Omissible<std::string_view> token;
    ShownUser user;
};
BOOST_DESCRIBE_STRUCT(ShownSession, (), (message, token, user))

struct ShownCaller
{
    ShownUser user;
    std::string_view principal;
    std::vector<std::string> permissions;
};
BOOST_DESCRIBE_STRUCT(ShownCaller, (), (user, principal, permissions))

struct ShownAccount
{
    std::int64_t id = 0;
    std::string_view email, role;
    db::Time created_at;
    std::optional<db::Time> last_login;
    bool disabled = false;
};
BOOST_DESCRIBE_STRUCT(ShownAccount, (), (id, email, role, created_at, last_login, disabled))

struct ShownAccounts
{
    std::vector<ShownAccount> users;
};
BOOST_DESCRIBE_STRUCT(ShownAccounts, (), (users))

struct ShownKey
{
    std::int64_t id = 0;
    std::string_view name;
    std::optional<std::string_view> role;
    std::vector<std::string> permissions;
    db::Time created_at;
    std::optional<db::Time> expires_at, last_used_at;
    std::optional<std::string_view> last_used_from;
    std::optional<int> requests_per_minute;
    std::optional<Dollars> daily_budget;
    std::vector<std::string> senders;
    bool revoked = false;
    Omissible<std::string_view> key; // once, when it is made
};
BOOST_DESCRIBE_STRUCT(ShownKey, (),
                      (id, name, role, permissions, created_at, expires_at, last_used_at, last_used_from,
                       requests_per_minute, daily_budget, senders, revoked, key))

struct ShownKeys
{
    std::vector<ShownKey> keys;
};
BOOST_DESCRIBE_STRUCT(ShownKeys, (), (keys))

// `{"message": "Signed out"}`, `{"success": true}`
struct ShownNote
{
    std::string_view message;
};
BOOST_DESCRIBE_STRUCT(ShownNote, (), (message))

struct ShownSuccess
{
    bool success = true;
};
BOOST_DESCRIBE_STRUCT(ShownSuccess, (), (success))

ShownUser show_user(const db::User& user);
ShownAccount show_account(const db::User& user);
ShownKey show(const db::ApiKey& key);

struct ShownAuditEntry
{
    std::int64_t id = 0;
    db::Time at;
    std::string_view request_id, client_request_id, principal, peer, action, object;
    RawJson changed;
    int count = 1;
};
BOOST_DESCRIBE_STRUCT(ShownAuditEntry, (),
                      (id, at, request_id, client_request_id, principal, peer, action, object, changed, count))

struct ShownAudit
{
    std::vector<ShownAuditEntry> entries;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownAudit, (), (entries, next_cursor))

} // namespace waybill::api
