#include "db/requests/users.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <utility>

namespace waybill::db
{

const Statement add_user_statement{"add_user", R"sql(
insert into users (email, role, password_hash) values ($1, $2, $3)
    on conflict (email) do nothing
returning id, email, role, (extract(epoch from created_at) * 1000000)::bigint as created_micros,
          null::bigint as last_login_micros, false as disabled)sql"};

// Two processes may redeem their one-time links at the same moment: the lock lets one of them win.
const Statement lock_users_statement{"lock_users", R"sql(
lock table users in share row exclusive mode)sql"};

const Statement offer_link_statement{"offer_link", R"sql(
with ended as (delete from setup_links where created_at < now() - interval '1 hour')
insert into setup_links (token_hash) values (decode($1, 'hex')))sql"};

const Statement redeem_link_statement{"redeem_link", R"sql(
delete from setup_links where token_hash = decode($1, 'hex') and created_at > now() - interval '1 hour')sql"};

const Statement any_user_statement{"any_user", R"sql(
select exists (select from users))sql"};

const Statement list_users_statement{"list_users", R"sql(
select id, email, role, (extract(epoch from created_at) * 1000000)::bigint as created_micros,
       (extract(epoch from last_login) * 1000000)::bigint as last_login_micros, disabled_at is not null as disabled
  from users order by email)sql"};

const Statement find_user_statement{"find_user", R"sql(
select id, email, role, (extract(epoch from created_at) * 1000000)::bigint as created_micros,
       (extract(epoch from last_login) * 1000000)::bigint as last_login_micros, false as disabled, password_hash
  from users where email = $1 and disabled_at is null)sql"};

const Statement disable_user_statement{"disable_user", R"sql(
update users set disabled_at = coalesce(disabled_at, now()) where email = $1)sql"};

const Statement set_password_statement{"set_password", R"sql(
update users set password_hash = $2 where email = $1)sql"};

const Statement knows_browser_statement{"knows_browser", R"sql(
select exists (select from known_browsers b join users u on u.id = b.user_id
                where b.token_hash = decode($2, 'hex') and u.email = $1
                  and b.created_at > now() - interval '1 year'))sql"};

const Statement remember_browser_statement{"remember_browser", R"sql(
insert into known_browsers (user_id, token_hash) values ($1::bigint, decode($2, 'hex')))sql"};

const Statement end_sessions_of_user_statement{"end_sessions_of_user", R"sql(
delete from sessions s using users u where u.id = s.user_id and u.email = $1)sql"};

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
    const pqxx::result rows = tx.exec(add_user_statement, user.email, user.role, user.password_hash);
    if (rows.empty()) return std::nullopt;
    return read_user(rows[0]);
}

} // namespace

asio::awaitable<std::optional<User>> Users::add(NewUser user)
{
    return database_.transact([user = std::move(user)](Transaction& tx) { return insert(tx, user); });
}

asio::awaitable<void> Users::offer_link(std::string token_hash)
{
    return database_.transact([hash = std::move(token_hash)](Transaction& tx) { tx.exec(offer_link_statement, hash); });
}

asio::awaitable<std::optional<User>> Users::add_first(NewUser user, std::string link)
{
    return database_.transact([user = std::move(user), link = std::move(link)](Transaction& tx) -> std::optional<User> {
        tx.exec(lock_users_statement);
        if (tx.exec(redeem_link_statement, link).affected_rows() == 0) return std::nullopt;
        if (tx.exec(any_user_statement).at(0)[0].as<bool>()) return std::nullopt;
        return insert(tx, user);
    });
}

asio::awaitable<std::vector<User>> Users::list()
{
    return database_.transact([](Transaction& tx) {
        std::vector<User> users;
        for (const pqxx::row& row : tx.exec(list_users_statement))
            users.push_back(read_user(row));
        return users;
    });
}

asio::awaitable<std::optional<Account>> Users::find(std::string email)
{
    return database_.transact([email = std::move(email)](Transaction& tx) -> std::optional<Account> {
        const pqxx::result rows = tx.exec(find_user_statement, email);
        if (rows.empty()) return std::nullopt;
        return Account{read_user(rows[0]), rows[0]["password_hash"].as<std::string>()};
    });
}

asio::awaitable<bool> Users::disable(std::string email)
{
    return database_.transact([email = std::move(email)](Transaction& tx) {
        tx.exec(end_sessions_of_user_statement, email);
        return tx.exec(disable_user_statement, email).affected_rows() > 0;
    });
}

asio::awaitable<bool> Users::knows_browser(std::string email, std::string token_hash)
{
    return database_.transact([email = std::move(email), hash = std::move(token_hash)](Transaction& tx) {
        return tx.exec(knows_browser_statement, email, hash).at(0)[0].as<bool>();
    });
}

asio::awaitable<void> Users::remember_browser(UserId user, std::string token_hash)
{
    return database_.transact(
        [user, hash = std::move(token_hash)](Transaction& tx) { tx.exec(remember_browser_statement, user, hash); });
}

asio::awaitable<bool> Users::set_password(std::string email, std::string password_hash)
{
    return database_.transact([email = std::move(email), hash = std::move(password_hash)](Transaction& tx) {
        tx.exec(end_sessions_of_user_statement, email);
        return tx.exec(set_password_statement, email, hash).affected_rows() > 0;
    });
}

} // namespace waybill::db
