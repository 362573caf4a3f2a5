#include "db/requests/sessions.hpp"

#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <utility>

namespace waybill::db
{

const Statement begin_session_statement{"begin_session", R"sql(
with signed_in as (update users set last_login = now() where id = $1::bigint)
insert into sessions (user_id, token_hash, last_used_from) values ($1::bigint, decode($2, 'hex'), $3))sql"};

const Statement remove_ended_sessions_statement{"remove_ended_sessions", R"sql(
delete from sessions
 where created_at < now() - interval '7 days' or last_used_at < now() - interval '12 hours')sql"};

const Statement use_session_statement{"use_session", R"sql(
update sessions s
   set last_used_at = now(), last_used_from = $2
  from users u
 where s.token_hash = decode($1, 'hex') and u.id = s.user_id and u.disabled_at is null
   and s.created_at > now() - interval '7 days' and s.last_used_at > now() - interval '12 hours'
returning u.id, u.email, u.role, (extract(epoch from u.created_at) * 1000000)::bigint as created_micros,
          (extract(epoch from u.last_login) * 1000000)::bigint as last_login_micros,
          least(43200, extract(epoch from s.created_at + interval '7 days' - now()))::bigint as seconds_left)sql"};

const Statement end_session_statement{"end_session", R"sql(
delete from sessions where token_hash = decode($1, 'hex'))sql"};

const Statement read_failures_statement{"read_failures", R"sql(
select key, failures, (extract(epoch from now() - last_at) * 1000)::bigint as since
  from sign_in_failures
 where key = any ($1::text[]) and last_at > now() - interval '1 day')sql"};

// The keys are sorted, so that two attempts never wait for each other's rows.
const Statement add_failures_statement{"add_failures", R"sql(
insert into sign_in_failures as f (key, failures, last_at)
select key, 1, now() from unnest($1::text[]) as key order by key
    on conflict (key) do update
       set failures = case when f.last_at > now() - interval '1 day' then f.failures + 1 else 1 end, last_at = now())sql"};

const Statement forget_failures_statement{"forget_failures", R"sql(
delete from sign_in_failures where key = any ($1::text[]) or last_at < now() - interval '1 day')sql"};

const Statement access_state_statement{"access_state", R"sql(
select version, exists (select from users) or exists (select from api_keys) as has_principals,
       exists (select from users where disabled_at is null) as has_users
  from access_changes)sql"};

namespace
{

std::string array_of(const std::vector<std::string>& texts)
{
    ArrayLiteral array;
    for (const std::string& text : texts)
        array.add(std::string_view(text));
    return array.take();
}

Sessions::Use read_use(const pqxx::row& row)
{
    Sessions::Use use;
    use.user.id = row["id"].as<UserId>();
    use.user.email = row["email"].as<std::string>();
    use.user.role = row["role"].as<std::string>();
    use.user.created_at = time_of(row["created_micros"].as<std::int64_t>());
    if (!row["last_login_micros"].is_null()) use.user.last_login = time_of(row["last_login_micros"].as<std::int64_t>());
    use.left = std::chrono::seconds(row["seconds_left"].as<std::int64_t>());
    return use;
}

} // namespace

asio::awaitable<void> Sessions::begin(UserId user, std::string token_hash, std::string peer)
{
    return database_.transact([user, hash = std::move(token_hash), peer = std::move(peer)](Transaction& tx) {
        tx.exec(remove_ended_sessions_statement);
        tx.exec(begin_session_statement, user, hash, peer);
    });
}

asio::awaitable<std::optional<Sessions::Use>> Sessions::use(std::string token_hash, std::string peer)
{
    return database_.transact(
        [hash = std::move(token_hash), peer = std::move(peer)](Transaction& tx) -> std::optional<Use> {
            const pqxx::result rows = tx.exec(use_session_statement, hash, peer);
            if (rows.empty()) return std::nullopt;
            return read_use(rows[0]);
        });
}

asio::awaitable<void> Sessions::end(std::string token_hash)
{
    return database_.transact(
        [hash = std::move(token_hash)](Transaction& tx) { tx.exec(end_session_statement, hash); });
}

asio::awaitable<std::vector<SignInFailures::Count>> SignInFailures::read(std::vector<std::string> keys)
{
    return database_.transact([keys = std::move(keys)](Transaction& tx) {
        std::vector<Count> counts;
        for (const pqxx::row& row : tx.exec(read_failures_statement, array_of(keys)))
            counts.push_back({row["key"].as<std::string>(), row["failures"].as<int>(),
                              std::chrono::milliseconds(row["since"].as<std::int64_t>())});
        return counts;
    });
}

asio::awaitable<void> SignInFailures::add(std::vector<std::string> keys)
{
    return database_.transact(
        [keys = std::move(keys)](Transaction& tx) { tx.exec(add_failures_statement, array_of(keys)); });
}

asio::awaitable<void> SignInFailures::forget(std::vector<std::string> keys)
{
    return database_.transact(
        [keys = std::move(keys)](Transaction& tx) { tx.exec(forget_failures_statement, array_of(keys)); });
}

asio::awaitable<AccessState> read_access_state(Database& database)
{
    return database.autocommit([](Transaction& tx) {
        const pqxx::row row = tx.exec(access_state_statement).at(0);
        return AccessState{row["version"].as<std::int64_t>(), row["has_principals"].as<bool>(),
                           row["has_users"].as<bool>()};
    });
}

} // namespace waybill::db
