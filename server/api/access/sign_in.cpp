#include "server/api/access/sign_in.hpp"

#include "server/access/cookies.hpp"
#include "server/access/password.hpp"
#include "server/api/access/json_fields.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/timestamps.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::chrono::hours browser_is_remembered_for{24 * 365};

// A request that carries no credential is of the user whose password it brings.
db::Actor actor_with_email(const http::Request& request, const std::string& email)
{
    db::Actor actor = actor_of(request);
    actor.principal = "user:" + email;
    return actor;
}

json::object user_json(const db::User& user)
{
    return {{"user_id", user.id},     {"email", user.email},
            {"role", user.role},      {"created_at", to_iso8601(user.created_at)},
            {"restaurant", nullptr},  {"impersonating_restaurant_id", nullptr},
            {"email_verified", true}, {"last_login", time_or_null(user.last_login)}};
}

// Someone who has not signed in: an API key, or a person on the same machine. The existing client reads these fields.
json::object stand_in_json(const access::Principal& principal)
{
    const bool is_admin = principal.permissions.has(access::Permission::admin);
    return {{"user_id", nullptr},
            {"email", nullptr},
            {"role", is_admin ? json::value("admin") : json::value(nullptr)},
            {"created_at", nullptr},
            {"restaurant", nullptr},
            {"impersonating_restaurant_id", nullptr},
            {"email_verified", true},
            {"last_login", nullptr}};
}

http::Refusal wrong_password()
{
    return http::Refusal(401, "The e-mail address or the password is wrong").with_header("WWW-Authenticate", "Bearer");
}

http::Refusal try_later(std::chrono::seconds wait)
{
    const std::string seconds = std::to_string(wait.count());
    return http::Refusal(429, "There were too many attempts to sign in; try again in " + seconds + " seconds")
        .with_header("Retry-After", seconds);
}

void remember(http::Response& response, const access::SignedIn& signed_in, bool https)
{
    using access::Cookie;
    response.headers.emplace_back("Set-Cookie", access::set_cookie(access::name_of(Cookie::session, https),
                                                                   signed_in.token, https, std::nullopt));
    if (signed_in.browser.empty()) return;
    response.headers.emplace_back("Set-Cookie",
                                  access::set_cookie(access::name_of(Cookie::device, https), signed_in.browser, https,
                                                     browser_is_remembered_for));
}

} // namespace

asio::awaitable<access::SignedIn> SignInRoutes::signed_in(const http::Request& request)
{
    JsonFields fields(request);
    access::SignInAttempt attempt;
    const std::string email = fields.required("email");
    attempt.email = access::normal_email(email).value_or("");
    attempt.password = fields.required("password");
    fields.refuse_faults();
    const db::Actor peer = actor_of(request);
    if (attempt.email.empty() || attempt.password.size() > access::max_password_bytes) {
        refusals_.count(peer, "sign-in");
        throw wrong_password();
    }
    attempt.by = actor_with_email(request, attempt.email);
    const std::string cookie = access::name_of(access::Cookie::device, gate_.is_https(request));
    attempt.browser = access::cookie_in(request.headers.value_or_empty("Cookie"), cookie).value_or("");
    access::SignInOutcome outcome = co_await sign_in_.attempt(std::move(attempt));
    if (!std::holds_alternative<access::SignedIn>(outcome)) refusals_.count(peer, "sign-in");
    if (const auto* later = std::get_if<access::TryLater>(&outcome)) throw try_later(later->wait);
    if (std::holds_alternative<access::WrongPassword>(outcome)) throw wrong_password();
    co_return std::get<access::SignedIn>(std::move(outcome));
}

asio::awaitable<http::Response> SignInRoutes::session(http::Request request)
{
    const access::SignedIn user = co_await signed_in(request);
    const json::object body{{"message", "Signed in"}, {"user", user_json(user.user)}};
    http::Response response = http::json_response(200, json::serialize(body));
    remember(response, user, gate_.is_https(request));
    co_return response;
}

asio::awaitable<http::Response> SignInRoutes::login(http::Request request)
{
    const access::SignedIn user = co_await signed_in(request);
    const json::object body{{"message", "Login successful"}, {"token", user.token}, {"user", user_json(user.user)}};
    co_return http::json_response(200, json::serialize(body));
}

asio::awaitable<http::Response> SignInRoutes::me(http::Request request)
{
    const std::shared_ptr<const access::Principal> principal = co_await gate_.principal_of(request);
    if (!principal) throw http::Refusal(403, "Not authenticated");
    json::array permissions;
    for (const std::string& name : access::names_of(principal->permissions))
        permissions.emplace_back(name);
    json::object body{{"user", principal->user ? user_json(*principal->user) : stand_in_json(*principal)},
                      {"principal", principal->name},
                      {"permissions", std::move(permissions)}};
    co_return http::json_response(200, json::serialize(body));
}

asio::awaitable<http::Response> SignInRoutes::logout(http::Request request)
{
    const std::shared_ptr<const access::Principal> principal = co_await gate_.principal_of(request);
    if (principal && principal->user) {
        db::Actor by = actor_of(request);
        by.principal = principal->name;
        co_await sessions_.end(access::hex_of(*principal->token), std::move(by));
        co_await gate_.look();
    }
    http::Response response = http::json_response(200, R"({"message":"Signed out"})");
    const bool https = gate_.is_https(request);
    response.headers.emplace_back("Set-Cookie", access::set_cookie(access::name_of(access::Cookie::session, https), "",
                                                                   https, std::chrono::seconds(0)));
    co_return response;
}

asio::awaitable<http::Response> SignInRoutes::setup(http::Request request)
{
    JsonFields fields(request);
    const std::string link = fields.required("token");
    const std::string email = fields.required("email");
    std::string password = fields.required("password");
    const auto name = access::normal_email(email);
    if (!email.empty() && !name) fields.fault("email", "must be an e-mail address");
    const auto fault = access::fault_of_password(password);
    if (!password.empty() && fault) fields.fault("password", *fault);
    fields.refuse_faults();
    co_await gate_.look();
    if (gate_.state()->has_users) throw http::Refusal(403, "An account exists already; ask an administrator for yours");
    std::optional<std::string> hash = co_await passwords_.hash(std::move(password));
    if (!hash) throw try_later(std::chrono::seconds(1));
    const db::Actor by = actor_with_email(request, *name);
    db::NewUser user{*name, "admin", std::move(*hash), by};
    std::optional<db::User> added = co_await users_.add_first(std::move(user), access::hex_of(access::hash_of(link)));
    if (!added) throw http::Refusal(403, "This link is not valid any more; restart Waybill for a new one");
    co_await gate_.look();
    const access::SignedIn signed_in = co_await sign_in_.begin(std::move(*added), by, false);
    const json::object body{{"message", "Signed in"}, {"user", user_json(signed_in.user)}};
    http::Response response = http::json_response(201, json::serialize(body));
    remember(response, signed_in, gate_.is_https(request));
    co_return response;
}

} // namespace waybill::api
