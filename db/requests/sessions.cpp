#include "db/requests/sessions.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

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

asio::awaitable<void> Sessions::begin(UserId user, std::string token_hash, Actor by)
{
    return database_.transact([user, hash = std::move(token_hash), by = std::move(by)](Transaction& tx) {
        tx.exec("remove_ended_sessions");
        begin_change(tx, by);
        tx.exec("begin_session", user, hash, by.peer);
        note_rows(tx, "sessions", 1);
        end_change(tx, by, {"sign-in", ""});
    });
}

asio::awaitable<std::optional<Sessions::Use>> Sessions::use(std::string token_hash, std::string peer)
{
    return database_.transact(
        [hash = std::move(token_hash), peer = std::move(peer)](Transaction& tx) -> std::optional<Use> {
            const pqxx::result rows = tx.exec("use_session", hash, peer);
            if (rows.empty()) return std::nullopt;
            return read_use(rows[0]);
        });
}

asio::awaitable<void> Sessions::end(std::string token_hash, Actor by)
{
    return database_.transact([hash = std::move(token_hash), by = std::move(by)](Transaction& tx) {
        if (tx.exec("end_session", hash).affected_rows() > 0)
            record_action(tx, by, {"sign-out", ""}, R"({"sessions": -1})");
    });
}

asio::awaitable<std::vector<SignInFailures::Count>> SignInFailures::read(std::vector<std::string> keys)
{
    return database_.transact([keys = std::move(keys)](Transaction& tx) {
        std::vector<Count> counts;
        for (const pqxx::row& row : tx.exec("read_failures", array_of(keys)))
            counts.push_back({row["key"].as<std::string>(), row["failures"].as<int>(),
                              std::chrono::milliseconds(row["since"].as<std::int64_t>())});
        return counts;
    });
}

asio::awaitable<void> SignInFailures::add(std::vector<std::string> keys)
{
    return database_.transact([keys = std::move(keys)](Transaction& tx) { tx.exec("add_failures", array_of(keys)); });
}

asio::awaitable<void> SignInFailures::forget(std::vector<std::string> keys)
{
    return database_.transact(
        [keys = std::move(keys)](Transaction& tx) { tx.exec("forget_failures", array_of(keys)); });
}

asio::awaitable<AccessState> read_access_state(Database& database)
{
    return database.autocommit([](Transaction& tx) {
        const pqxx::row row = tx.exec("access_state").at(0);
        return AccessState{row["version"].as<std::int64_t>(), row["secret"].as<std::string>(),
                           row["has_principals"].as<bool>(), row["has_users"].as<bool>()};
    });
}

} // namespace waybill::db
