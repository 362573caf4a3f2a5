#include "server/access/password.hpp"
#include "server/access/permissions.hpp"
#include "server/api/access/access.hpp"
#include "server/api/access/json_fields.hpp"
#include "server/api/contract/account.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

http::Refusal no_such_user()
{
    return http::Refusal(404, "There is no user with this address").with_code(error_code("user_not_found"));
}

void check_role(JsonFields& fields, const std::string& role)
{
    if (!role.empty() && !access::parse_role(role)) fields.fault("role", "must be viewer, marketer, operator or admin");
}

std::string role_in(JsonFields& fields)
{
    std::string role = fields.required("role");
    check_role(fields, role);
    return role;
}

db::UserChange read_user_change(const http::Request& request)
{
    JsonFields fields(request);
    db::UserChange change;
    if (fields.has("role")) change.role = role_in(fields);
    change.disabled = fields.optional_flag("disabled");
    if (!fields.has("role") && !fields.has("disabled"))
        fields.fault("role", "give a role, or disabled: nothing is to be changed", "missing");
    else if (fields.has("disabled") && !change.disabled)
        fields.fault("disabled", "must be true or false", "bool_type");
    fields.refuse_faults();
    return change;
}

std::string new_password_in(JsonFields& fields)
{
    std::string password = fields.required("password");
    const auto fault = access::fault_of_password(password);
    if (!password.empty() && fault) fields.fault("password", *fault);
    return password;
}

std::string email_in_path(const http::Request& request)
{
    return access::normal_email(request.path_values.at("email")).value_or("");
}

} // namespace

asio::awaitable<http::Response> UserRoutes::list(http::Request)
{
    const std::vector<db::User> users = co_await users_.list();
    ShownAccounts shown;
    for (const db::User& user : users)
        shown.users.push_back(show_account(user));
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> UserRoutes::add(http::Request request)
{
    JsonFields fields(request);
    const std::string email = fields.required("email");
    const auto name = access::normal_email(email);
    if (!email.empty() && !name) fields.fault("email", "must be an e-mail address");
    std::string role = role_in(fields);
    std::string password = new_password_in(fields);
    fields.refuse_faults();
    std::string password_hash = co_await hash(std::move(password));
    db::NewUser user{*name, std::move(role), std::move(password_hash), actor_of(request)};
    const std::optional<db::User> added = co_await users_.add(std::move(user));
    if (!added) throw http::Refusal(409, "This address has an account already").with_code(error_code("user_exists"));
    co_await gate_.look();
    co_return json_reply(201, show_account(*added));
}

// Sessions of the user behave as it says when this returns: the new state is known to this process, and to others soon.
asio::awaitable<db::User> UserRoutes::change_account(const http::Request& request, db::UserChange change,
                                                     std::string action)
{
    std::string email = email_in_path(request);
    if (change.disabled.value_or(false) && request.caller.name == "user:" + email)
        throw http::Refusal(409, "You cannot disable your own account; ask another administrator")
            .with_code(error_code("own_account"));
    db::Action done{std::move(action), email};
    db::ChangedUser changed =
        co_await users_.change_account(std::move(email), std::move(change), std::move(done), actor_of(request));
    if (std::holds_alternative<db::NoSuchUser>(changed)) throw no_such_user();
    if (std::holds_alternative<db::LastAdministrator>(changed))
        throw http::Refusal(409, "This is the last administrator; make someone else an administrator first")
            .with_code(error_code("last_administrator"));
    co_await gate_.look();
    co_return std::get<db::User>(std::move(changed));
}

asio::awaitable<http::Response> UserRoutes::change(http::Request request)
{
    db::UserChange change = read_user_change(request);
    const db::User changed = co_await change_account(request, std::move(change), "user.change");
    co_return json_reply(200, show_account(changed));
}

asio::awaitable<http::Response> UserRoutes::disable(http::Request request)
{
    db::UserChange change;
    change.disabled = true;
    co_await change_account(request, std::move(change), "user.disable");
    co_return json_reply(200, ShownSuccess{});
}

asio::awaitable<http::Response> UserRoutes::set_password(http::Request request)
{
    JsonFields fields(request);
    std::string password = new_password_in(fields);
    fields.refuse_faults();
    std::string password_hash = co_await hash(std::move(password));
    const bool found =
        co_await users_.set_password(email_in_path(request), std::move(password_hash), actor_of(request));
    if (!found) throw no_such_user();
    co_await gate_.look();
    co_return json_reply(200, ShownSuccess{});
}

asio::awaitable<std::string> UserRoutes::hash(std::string password)
{
    std::optional<std::string> hash = co_await passwords_.hash(std::move(password));
    if (!hash)
        throw http::Refusal(429, "Too many people sign in at this moment; try again in a second")
            .with_code(error_code("too_many_sign_ins"))
            .with_header("Retry-After", "1");
    co_return std::move(*hash);
}

} // namespace waybill::api
