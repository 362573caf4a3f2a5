#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace waybill::db
{

using UserId = std::int64_t;

struct User
{
    UserId id = 0;
    std::string email; // in lower case
    std::string role;  // viewer, marketer, operator, admin
    Time created_at;
    std::optional<Time> last_login;
    bool disabled = false;
};

struct NewUser
{
    std::string email;
    std::string role;
    std::string password_hash;
    Actor by = {};
};

// What has no value stays as it is.
struct UserChange
{
    std::optional<std::string> role;
    std::optional<bool> disabled;
};

struct NoSuchUser
{
};

struct LastAdministrator // nothing was changed: no one could administrate any more
{
};

using ChangedUser = std::variant<User, NoSuchUser, LastAdministrator>;

struct Account
{
    User user;
    std::string password_hash;
};

// The people who may sign in. What ends or changes their rights ends their sessions in the same transaction.
class Users
{
public:
    explicit Users(Database& database) : database_(database) {}

    asio::awaitable<std::optional<User>> add(NewUser user); // nothing: the address has an account

    // A one-time link, by the SHA-256 of its token in hexadecimal digits, permits the first account for an hour.
    asio::awaitable<void> offer_link(std::string token_hash);
    // With a session, by the hash of its token. Nothing: the link is void.
    asio::awaitable<std::optional<User>> add_first(NewUser user, std::string link, std::string session);

    asio::awaitable<std::vector<User>> list();                       // by address
    asio::awaitable<std::optional<Account>> find(std::string email); // nothing: none, or it is disabled
    asio::awaitable<bool> disable(std::string email, Actor by);      // false: no such account

    // Someone who is disabled is signed out everywhere; other sessions continue with the new role.
    asio::awaitable<ChangedUser> change_account(std::string email, UserChange change, Action action, Actor by);

    // A browser that has signed in to the account before holds a token, here by its hash.
    asio::awaitable<bool> knows_browser(std::string email, std::string token_hash);
    asio::awaitable<void> remember_browser(UserId user, std::string token_hash);

    asio::awaitable<bool> set_password(std::string email, std::string password_hash, Actor by);

private:
    Database& database_;
};

} // namespace waybill::db
