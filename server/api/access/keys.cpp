#include "server/access/key_rules.hpp"
#include "server/access/roles.hpp"
#include "server/access/token.hpp"
#include "server/api/access/json_fields.hpp"
#include "server/api/access/users.hpp"
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

db::NewApiKey read_new_key(const http::Request& request)
{
    JsonFields fields(request);
    db::NewApiKey key;
    key.name = fields.required("name");
    if (const auto fault = access::fault_of_key_name(key.name); fault && !key.name.empty())
        fields.fault("name", *fault);
    key.role = fields.optional("role").value_or("");
    key.permissions = fields.optional_list("permissions").value_or(std::vector<std::string>());
    const auto days = fields.optional_number("expiresInDays", 1, max_days);
    if (days) key.lifetime = std::chrono::days(*days);
    if (key.role.empty() == key.permissions.empty())
        fields.fault("role", "give the key either a role or a list of permissions");
    if (!key.role.empty() && !access::parse_role(key.role))
        fields.fault("role", "must be viewer, marketer, operator or admin");
    for (const std::string& each : key.permissions)
        if (!access::parse_permission(each)) fields.fault("permissions", each + " is not a permission");
    key.limits = read_limits(fields);
    fields.refuse_faults();
    return key;
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

asio::awaitable<http::Response> KeyRoutes::revoke(http::Request request)
{
    const auto id = parse_number(request.path_values.at("id"));
    bool revoked = false;
    if (id) revoked = co_await keys_.revoke(*id, actor_of(request));
    if (!revoked)
        throw http::Refusal(404, "There is no key with this id that is in force")
            .with_code(error_code("key_not_found"));
    co_await gate_.look();
    http::Response response;
    response.status = 204;
    co_return response;
}

} // namespace waybill::api
