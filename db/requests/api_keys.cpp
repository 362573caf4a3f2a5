#include "db/requests/api_keys.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

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

KeyLimits read_limits(const pqxx::row& row)
{
    KeyLimits limits;
    if (const auto rate = row["requests_per_minute"]; !rate.is_null()) limits.requests_per_minute = rate.as<int>();
    if (const auto budget = row["daily_budget"]; !budget.is_null()) limits.daily_budget = budget.as<std::int64_t>();
    if (const auto senders = row["senders"]; !senders.is_null()) limits.senders = split(senders.as<std::string>());
    return limits;
}

std::string array_of_texts(const std::vector<std::string>& texts)
{
    ArrayLiteral array;
    for (const std::string& each : texts)
        array.add(std::string_view(each));
    return array.take();
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
    key.limits = read_limits(row);
    return key;
}

std::optional<ApiKey> change_limits(Transaction& tx, std::int64_t id, const KeyChange& wanted)
{
    std::optional<std::int64_t> seconds;
    if (wanted.lifetime && *wanted.lifetime) seconds = (*wanted.lifetime)->count();
    const KeyRights rights = wanted.rights.value_or(KeyRights{});
    const pqxx::result rows = tx.exec(
        "change_key", id, wanted.requests_per_minute.has_value(), wanted.requests_per_minute.value_or(std::nullopt),
        wanted.daily_budget.has_value(), wanted.daily_budget.value_or(std::nullopt), wanted.senders.has_value(),
        array_of_texts(wanted.senders.value_or(std::vector<std::string>())), wanted.lifetime.has_value(), seconds,
        wanted.rights.has_value(), rights.role, array_of_texts(rights.permissions));
    if (rows.empty()) return std::nullopt;
    return read_key(rows[0]);
}

} // namespace

asio::awaitable<ApiKey> ApiKeys::add(NewApiKey key)
{
    Action action{"key.add", key.name};
    Actor by = key.by;
    return change(database_, std::move(by), std::move(action), [key = std::move(key)](Transaction& tx) {
        const auto lifetime = key.lifetime.value_or(std::chrono::seconds(0)).count();
        return read_key(tx.exec("add_key", key.name, key.token_hash, key.role, array_of_texts(key.permissions),
                                lifetime, key.limits.requests_per_minute, key.limits.daily_budget,
                                array_of_texts(key.limits.senders))
                            .at(0));
    });
}

asio::awaitable<std::vector<ApiKey>> ApiKeys::list()
{
    return database_.transact([](Transaction& tx) {
        std::vector<ApiKey> keys;
        for (const pqxx::row& row : tx.exec("list_keys"))
            keys.push_back(read_key(row));
        return keys;
    });
}

asio::awaitable<std::optional<ApiKey>> ApiKeys::change_key(std::int64_t id, KeyChange wanted, Actor by)
{
    Action action{"key.change", std::to_string(id)};
    return change(database_, std::move(by), std::move(action),
                  [id, wanted = std::move(wanted)](Transaction& tx) { return change_limits(tx, id, wanted); });
}

asio::awaitable<bool> ApiKeys::revoke(std::int64_t id, Actor by)
{
    Action action{"key.revoke", std::to_string(id)};
    return change(database_, std::move(by), std::move(action),
                  [id](Transaction& tx) { return tx.exec("revoke_key", id).affected_rows() > 0; });
}

asio::awaitable<int> ApiKeys::revoke_named(std::string name, Actor by)
{
    Action action{"key.revoke", name};
    return change(database_, std::move(by), std::move(action), [name = std::move(name)](Transaction& tx) {
        return static_cast<int>(tx.exec("revoke_keys_named", name).affected_rows());
    });
}

asio::awaitable<std::optional<ApiKey>> ApiKeys::use(std::string token_hash, std::string peer)
{
    return database_.transact(
        [hash = std::move(token_hash), peer = std::move(peer)](Transaction& tx) -> std::optional<ApiKey> {
            const pqxx::result rows = tx.exec("use_api_key", hash, peer);
            if (rows.empty()) return std::nullopt;
            return read_key(rows[0]);
        });
}

} // namespace waybill::db
