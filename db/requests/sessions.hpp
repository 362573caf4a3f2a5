#pragma once

#include "db/requests/users.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// What users got for their passwords. A session ends 12 hours after its last use, 7 days after its beginning, and when
// the password changes or the account is disabled.
class Sessions
{
public:
    explicit Sessions(Database& database) : database_(database) {}

    // Also removes what has ended, and records the sign-in.
    asio::awaitable<void> begin(UserId user, std::string token_hash, Actor by);

    struct Use
    {
        User user;
        std::chrono::seconds left{0}; // until it ends if it is not used again
    };
    // The session that is in force, with its use from that address recorded.
    asio::awaitable<std::optional<Use>> use(std::string token_hash, std::string peer);

    asio::awaitable<void> end(std::string token_hash, Actor by);

private:
    Database& database_;
};

// Failed sign-ins in a row. They are forgotten a day after the last.
class SignInFailures
{
public:
    explicit SignInFailures(Database& database) : database_(database) {}

    struct Count
    {
        std::string key;
        int failures = 0;
        std::chrono::milliseconds since_last{0};
    };
    asio::awaitable<std::vector<Count>> read(std::vector<std::string> keys); // those that exist
    asio::awaitable<void> add(std::vector<std::string> keys);
    asio::awaitable<void> forget(std::vector<std::string> keys);

private:
    Database& database_;
};

// What every process polls.
struct AccessState
{
    std::int64_t version = 0;   // changes when a credential ends or its rights change
    std::string secret;         // with which all processes seal what clients only pass back
    bool has_principals = true; // a user or a key exists, in force or not
    bool has_users = true;      // someone can sign in
};

asio::awaitable<AccessState> read_access_state(Database& database);

} // namespace waybill::db
