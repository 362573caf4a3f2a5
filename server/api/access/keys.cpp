#include "server/access/key_rules.hpp"
#include "server/access/permissions.hpp"
#include "server/access/token.hpp"
#include "server/api/access/access.hpp"
#include "server/api/access/json_fields.hpp"
#include "server/api/contract/account.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"
#include "server/text/money.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::int64_t max_days = 3'650;

db::KeyLimits read_limits(JsonFields& fields)
{
    db::KeyLimits limits;
    if (const auto rate = fields.optional_number("requestsPerMinute", 1, access::max_requests_per_minute))
        limits.requests_per_minute = static_cast<int>(*rate);
    if (const auto amount = fields.optional("dailyBudget")) {
        limits.daily_budget = text::parse_dollars(*amount);
        if (limits.daily_budget.value_or(0) <= 0)
            fields.fault("dailyBudget", "must be an amount in USD in quotes like \"12.50\"", "decimal_parsing");
    }
    limits.senders = fields.optional_list("senders").value_or(std::vector<std::string>());
    for (const std::string& each : limits.senders)
        if (!access::is_sender(each)) fields.fault("senders", "must be numbers like +15005550006, or short codes");
    return limits;
}

db::KeyRights read_rights(JsonFields& fields)
{
    db::KeyRights rights;
    rights.role = fields.optional("role").value_or("");
    rights.permissions = fields.optional_list("permissions").value_or(std::vector<std::string>());
    if (rights.role.empty() == rights.permissions.empty())
        fields.fault("role", "give the key either a role or a list of permissions");
    if (!rights.role.empty() && !access::parse_role(rights.role))
        fields.fault("role", "must be viewer, marketer, operator or admin");
    for (const std::string& each : rights.permissions)
        if (!access::parse_permission(each)) fields.fault("permissions", each + " is not a permission");
    return rights;
}

std::optional<std::chrono::seconds> read_lifetime(JsonFields& fields)
{
    const auto days = fields.optional_number("expiresInDays", 1, max_days);
    if (!days) return std::nullopt;
    return std::chrono::days(*days);
}

db::NewApiKey read_new_key(const http::Request& request)
{
    JsonFields fields(request);
    db::NewApiKey key;
    key.name = fields.required("name");
    if (const auto fault = access::fault_of_key_name(key.name); fault && !key.name.empty())
        fields.fault("name", *fault);
    db::KeyRights rights = read_rights(fields);
    key.role = std::move(rights.role);
    key.permissions = std::move(rights.permissions);
    key.lifetime = read_lifetime(fields);
    key.limits = read_limits(fields);
    fields.refuse_faults();
    return key;
}

// null takes a limit away; what is left out stays.
db::KeyChange read_key_change(const http::Request& request)
{
    JsonFields fields(request);
    db::KeyChange change;
    if (fields.has("role") || fields.has("permissions")) change.rights = read_rights(fields);
    db::KeyLimits limits = read_limits(fields);
    if (fields.has("requestsPerMinute")) change.requests_per_minute.emplace(limits.requests_per_minute);
    if (fields.has("dailyBudget")) change.daily_budget.emplace(limits.daily_budget);
    if (fields.has("senders")) change.senders = std::move(limits.senders);
    if (fields.has("expiresInDays")) change.lifetime.emplace(read_lifetime(fields));
    if (fields.is_empty())
        fields.fault("role", "give what is to be changed: a role, permissions or a limit", "missing");
    fields.refuse_faults();
    return change;
}

http::Refusal key_not_found()
{
    return http::Refusal(404, "There is no key with this id that is in force").with_code(error_code("key_not_found"));
}

} // namespace

asio::awaitable<http::Response> KeyRoutes::list(http::Request)
{
    const std::vector<db::ApiKey> keys = co_await keys_.list();
    ShownKeys shown;
    for (const db::ApiKey& key : keys)
        shown.keys.push_back(show(key));
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> KeyRoutes::add(http::Request request)
{
    db::NewApiKey key = read_new_key(request);
    co_await gate_.look();
    if (!gate_.state()->has_users)
        throw http::Refusal(409, "Add a user first: the first key ends access without signing in, and nobody could "
                                 "sign in then")
            .with_code(error_code("user_needed"));
    const std::string token = access::new_token(access::TokenKind::key);
    key.token_hash = access::hex_of(access::hash_of(token));
    key.by = actor_of(request);
    const db::ApiKey added = co_await keys_.add(std::move(key));
    co_await gate_.look();
    ShownKey shown = show(added);
    shown.key.value = token;
    co_return json_reply(201, shown);
}

asio::awaitable<http::Response> KeyRoutes::change(http::Request request)
{
    db::KeyChange change = read_key_change(request);
    const auto id = parse_number(request.path_values.at("id"));
    std::optional<db::ApiKey> changed;
    if (id) changed = co_await keys_.change_key(*id, std::move(change), actor_of(request));
    if (!changed) throw key_not_found();
    co_await gate_.look();
    co_return json_reply(200, show(*changed));
}

asio::awaitable<http::Response> KeyRoutes::revoke(http::Request request)
{
    const auto id = parse_number(request.path_values.at("id"));
    bool revoked = false;
    if (id) revoked = co_await keys_.revoke(*id, actor_of(request));
    if (!revoked) throw key_not_found();
    co_await gate_.look();
    http::Response response;
    response.status = 204;
    co_return response;
}

} // namespace waybill::api
