#include "db/requests/users.hpp"

#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

namespace
{

User read_user(const pqxx::row& row)
{
    User user;
    user.id = row["id"].as<UserId>();
    user.email = row["email"].as<std::string>();
    user.role = row["role"].as<std::string>();
    user.created_at = time_of(row["created_micros"].as<std::int64_t>());
    if (!row["last_login_micros"].is_null()) user.last_login = time_of(row["last_login_micros"].as<std::int64_t>());
    user.disabled = row["disabled"].as<bool>();
    return user;
}

std::optional<User> insert(Transaction& tx, const NewUser& user)
{
    const pqxx::result rows = tx.exec("add_user", user.email, user.role, user.password_hash);
    if (rows.empty()) return std::nullopt;
    return read_user(rows[0]);
}

void end_sessions(Transaction& tx, const std::string& email)
{
    note_rows(tx, "sessions", -static_cast<std::int64_t>(tx.exec("end_sessions_of_user", email).affected_rows()));
}

// When two administrators demote each other at the same moment, the lock lets only one of them succeed.
ChangedUser change_user(Transaction& tx, const std::string& email, const UserChange& wanted)
{
    tx.exec("lock_users");
    const pqxx::result rows = tx.exec("change_user", email, wanted.role, wanted.disabled);
    if (rows.empty()) {
        if (tx.exec("find_any_user", email).empty()) return NoSuchUser{};
        return LastAdministrator{};
    }
    if (wanted.disabled.value_or(false)) end_sessions(tx, email);
    return read_user(rows[0]);
}

} // namespace

asio::awaitable<std::optional<User>> Users::add(NewUser user)
{
    Action action{"user.add", user.email};
    Actor by = user.by;
    return change(database_, std::move(by), std::move(action),
                  [user = std::move(user)](Transaction& tx) { return insert(tx, user); });
}

asio::awaitable<void> Users::offer_link(std::string token_hash)
{
    return database_.transact([hash = std::move(token_hash)](Transaction& tx) { tx.exec("offer_link", hash); });
}

asio::awaitable<std::optional<User>> Users::add_first(NewUser user, std::string link, std::string session)
{
    Action action{"user.setup", user.email};
    Actor by = user.by;
    auto job = [user = std::move(user), link = std::move(link),
                session = std::move(session)](Transaction& tx) -> std::optional<User> {
        tx.exec("lock_users");
        if (tx.exec("redeem_link", link).affected_rows() == 0) return std::nullopt;
        if (tx.exec("any_user").at(0)[0].as<bool>()) return std::nullopt;
        std::optional<User> added = insert(tx, user);
        if (!added) return std::nullopt;
        tx.exec("begin_session", added->id, session, user.by.peer);
        note_rows(tx, "sessions", 1);
        return added;
    };
    return change(database_, std::move(by), std::move(action), std::move(job));
}

asio::awaitable<std::vector<User>> Users::list()
{
    return database_.transact([](Transaction& tx) {
        std::vector<User> users;
        for (const pqxx::row& row : tx.exec("list_users"))
            users.push_back(read_user(row));
        return users;
    });
}

asio::awaitable<std::optional<Account>> Users::find(std::string email)
{
    return database_.transact([email = std::move(email)](Transaction& tx) -> std::optional<Account> {
        const pqxx::result rows = tx.exec("find_user", email);
        if (rows.empty()) return std::nullopt;
        return Account{read_user(rows[0]), rows[0]["password_hash"].as<std::string>()};
    });
}

asio::awaitable<bool> Users::disable(std::string email, Actor by)
{
    Action action{"user.disable", email};
    return change(database_, std::move(by), std::move(action), [email = std::move(email)](Transaction& tx) {
        end_sessions(tx, email);
        return tx.exec("disable_user", email).affected_rows() > 0;
    });
}

asio::awaitable<ChangedUser> Users::change_account(std::string email, UserChange wanted, Action action, Actor by)
{
    return change(database_, std::move(by), std::move(action),
                  [email = std::move(email), wanted = std::move(wanted)](Transaction& tx) {
                      return change_user(tx, email, wanted);
                  });
}

asio::awaitable<bool> Users::knows_browser(std::string email, std::string token_hash)
{
    return database_.transact([email = std::move(email), hash = std::move(token_hash)](Transaction& tx) {
        return tx.exec("knows_browser", email, hash).at(0)[0].as<bool>();
    });
}

asio::awaitable<void> Users::remember_browser(UserId user, std::string token_hash)
{
    return database_.transact(
        [user, hash = std::move(token_hash)](Transaction& tx) { tx.exec("remember_browser", user, hash); });
}

asio::awaitable<bool> Users::set_password(std::string email, std::string password_hash, Actor by)
{
    Action action{"user.set_password", email};
    auto job = [email = std::move(email), hash = std::move(password_hash)](Transaction& tx) {
        end_sessions(tx, email);
        return tx.exec("set_password", email, hash).affected_rows() > 0;
    };
    return change(database_, std::move(by), std::move(action), std::move(job));
}

} // namespace waybill::db
