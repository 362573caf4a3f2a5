#include "server/access/password.hpp"
#include "server/access/token.hpp"
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

constexpr std::chrono::hours browser_is_remembered_for{24 * 365};

// A request that carries no credential is of the user whose password it brings.
db::Actor actor_with_email(const http::Request& request, const std::string& email)
{
    db::Actor actor = actor_of(request);
    actor.principal = "user:" + email;
    return actor;
}

// Someone who has not signed in: an API key, or a person on the same machine.
ShownUser stand_in(const access::Principal& principal)
{
    ShownUser shown;
    if (principal.permissions.has(access::Permission::admin)) shown.role = "admin";
    return shown;
}

http::Refusal wrong_password()
{
    return http::Refusal(401, "The e-mail address or the password is wrong")
        .with_code(error_code("wrong_password"))
        .with_header("WWW-Authenticate", "Bearer");
}

http::Refusal try_later(std::chrono::seconds wait)
{
    const std::string seconds = std::to_string(wait.count());
    return http::Refusal(429, "There were too many attempts to sign in; try again in " + seconds + " seconds")
        .with_code(error_code("too_many_sign_ins"))
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
    http::Response response = json_reply(200, ShownSession{"Signed in", {}, show_user(user.user)});
    remember(response, user, gate_.is_https(request));
    co_return response;
}

asio::awaitable<http::Response> SignInRoutes::login(http::Request request)
{
    const access::SignedIn user = co_await signed_in(request);
    const std::string_view token = user.token;
    const ShownSession shown{"Login successful", {token}, show_user(user.user)};
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> SignInRoutes::me(http::Request request)
{
    const std::shared_ptr<const access::Principal> principal = co_await gate_.principal_of(request);
    if (!principal) throw http::Refusal(403, "Not authenticated").with_code(error_code("not_authenticated"));
    const ShownUser user = principal->user ? show_user(*principal->user) : stand_in(*principal);
    const ShownCaller shown{user, principal->name, access::names_of(principal->permissions)};
    co_return json_reply(200, shown);
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
    http::Response response = json_reply(200, ShownNote{"Signed out"});
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
    if (gate_.state()->has_users)
        throw http::Refusal(403, "An account exists already; ask an administrator for yours")
            .with_code(error_code("account_exists"));
    std::optional<std::string> hash = co_await passwords_.hash(std::move(password));
    if (!hash) throw try_later(std::chrono::seconds(1));
    db::NewUser user{*name, "admin", std::move(*hash), actor_with_email(request, *name)};
    std::string link_hash = access::hex_of(access::hash_of(link));
    const std::optional<access::SignedIn> signed_in = co_await sign_in_.set_up(std::move(user), std::move(link_hash));
    if (!signed_in)
        throw http::Refusal(403, "This link is not valid any more; restart Waybill for a new one")
            .with_code(error_code("invalid_link"));
    co_await gate_.look();
    http::Response response = json_reply(201, ShownSession{"Signed in", {}, show_user(signed_in->user)});
    remember(response, *signed_in, gate_.is_https(request));
    co_return response;
}

} // namespace waybill::api
