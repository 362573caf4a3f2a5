#include "server/api/contract/account.hpp"

#include "server/api/contract/message.hpp"

namespace waybill::api
{

ShownUser show_user(const db::User& user)
{
    ShownUser shown;
    shown.user_id = user.id;
    shown.email = user.email;
    shown.role = user.role;
    shown.created_at = user.created_at;
    shown.last_login = user.last_login;
    return shown;
}

ShownAccount show_account(const db::User& user)
{
    return {user.id, user.email, user.role, user.created_at, user.last_login, user.disabled};
}

ShownKey show(const db::ApiKey& key)
{
    ShownKey shown{.id = key.id,
                   .name = key.name,
                   .role = text_or_null(std::string_view(key.role)),
                   .permissions = key.permissions,
                   .created_at = key.created_at,
                   .expires_at = key.expires_at,
                   .last_used_at = key.last_used_at,
                   .last_used_from = text_or_null(std::string_view(key.last_used_from)),
                   .requests_per_minute = key.limits.requests_per_minute,
                   .daily_budget = std::nullopt,
                   .senders = key.limits.senders,
                   .revoked = key.revoked,
                   .key = {}};
    if (key.limits.daily_budget) shown.daily_budget = Dollars{*key.limits.daily_budget};
    return shown;
}

} // namespace waybill::api
