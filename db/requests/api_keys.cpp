#include "db/requests/api_keys.hpp"

#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <utility>

namespace waybill::db
{

const Statement add_key_statement{"add_key", R"sql(
insert into api_keys (name, token_hash, role, permissions, expires_at)
values ($1, decode($2, 'hex'), nullif($3, ''), case when $3 = '' then $4::text[] end,
        now() + make_interval(secs => nullif($5::float8, 0)))
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          (extract(epoch from created_at) * 1000000)::bigint as created_micros,
          (extract(epoch from expires_at) * 1000000)::bigint as expires_micros,
          null::bigint as last_used_micros, '' as last_used_from, false as revoked)sql"};

const Statement list_keys_statement{"list_keys", R"sql(
select id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
       (extract(epoch from created_at) * 1000000)::bigint as created_micros,
       (extract(epoch from expires_at) * 1000000)::bigint as expires_micros,
       (extract(epoch from last_used_at) * 1000000)::bigint as last_used_micros,
       coalesce(last_used_from, '') as last_used_from, revoked_at is not null as revoked
  from api_keys order by id)sql"};

const Statement use_api_key_statement{"use_api_key", R"sql(
update api_keys
   set last_used_at = now(), last_used_from = $2
 where token_hash = decode($1, 'hex') and revoked_at is null and (expires_at is null or expires_at > now())
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          (extract(epoch from created_at) * 1000000)::bigint as created_micros,
          (extract(epoch from expires_at) * 1000000)::bigint as expires_micros,
          (extract(epoch from last_used_at) * 1000000)::bigint as last_used_micros, last_used_from,
          false as revoked)sql"};

const Statement revoke_key_statement{"revoke_key", R"sql(
update api_keys set revoked_at = now() where id = $1::bigint and revoked_at is null)sql"};

const Statement revoke_keys_named_statement{"revoke_keys_named", R"sql(
update api_keys set revoked_at = now() where name = $1 and revoked_at is null)sql"};

namespace
{

std::vector<std::string> split(std::string_view list)
{
    std::vector<std::string> names;
    while (!list.empty()) {
        names.emplace_back(list.substr(0, list.find(',')));
        list.remove_prefix(std::min(list.size(), names.back().size() + 1));
    }
    return names;
}

std::optional<Time> optional_time(const pqxx::field& micros)
{
    if (micros.is_null()) return std::nullopt;
    return time_of(micros.as<std::int64_t>());
}

ApiKey read_key(const pqxx::row& row)
{
    ApiKey key;
    key.id = row["id"].as<std::int64_t>();
    key.name = row["name"].as<std::string>();
    key.role = row["role"].as<std::string>();
    if (!row["permissions"].is_null()) key.permissions = split(row["permissions"].as<std::string>());
    key.created_at = time_of(row["created_micros"].as<std::int64_t>());
    key.expires_at = optional_time(row["expires_micros"]);
    key.last_used_at = optional_time(row["last_used_micros"]);
    key.last_used_from = row["last_used_from"].as<std::string>();
    key.revoked = row["revoked"].as<bool>();
    return key;
}

} // namespace

asio::awaitable<ApiKey> ApiKeys::add(NewApiKey key)
{
    return database_.transact([key = std::move(key)](Transaction& tx) {
        ArrayLiteral permissions;
        for (const std::string& each : key.permissions)
            permissions.add(std::string_view(each));
        const auto lifetime = key.lifetime.value_or(std::chrono::seconds(0)).count();
        return read_key(
            tx.exec(add_key_statement, key.name, key.token_hash, key.role, permissions.take(), lifetime).at(0));
    });
}

asio::awaitable<std::vector<ApiKey>> ApiKeys::list()
{
    return database_.transact([](Transaction& tx) {
        std::vector<ApiKey> keys;
        for (const pqxx::row& row : tx.exec(list_keys_statement))
            keys.push_back(read_key(row));
        return keys;
    });
}

asio::awaitable<bool> ApiKeys::revoke(std::int64_t id)
{
    return database_.transact([id](Transaction& tx) { return tx.exec(revoke_key_statement, id).affected_rows() > 0; });
}

asio::awaitable<int> ApiKeys::revoke_named(std::string name)
{
    return database_.transact([name = std::move(name)](Transaction& tx) {
        return static_cast<int>(tx.exec(revoke_keys_named_statement, name).affected_rows());
    });
}

asio::awaitable<std::optional<ApiKey>> ApiKeys::use(std::string token_hash, std::string peer)
{
    return database_.transact(
        [hash = std::move(token_hash), peer = std::move(peer)](Transaction& tx) -> std::optional<ApiKey> {
            const pqxx::result rows = tx.exec(use_api_key_statement, hash, peer);
            if (rows.empty()) return std::nullopt;
            return read_key(rows[0]);
        });
}

} // namespace waybill::db
