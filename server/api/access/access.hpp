#pragma once

#include "db/requests/api_keys.hpp"
#include "db/requests/audit.hpp"
#include "db/requests/users.hpp"
#include "server/access/gate.hpp"
#include "server/access/password.hpp"
#include "server/access/refusals.hpp"
#include "server/access/sign_in.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// POST /api/auth/session and /login, GET /me, POST /logout and /setup.
class SignInRoutes
{
public:
    SignInRoutes(db::Database& database, access::PasswordWorker& passwords, access::Gate& gate,
                 access::RefusalLog& refusals)
        : sessions_(database), sign_in_(database, passwords), passwords_(passwords), gate_(gate), refusals_(refusals)
    {
    }

    asio::awaitable<http::Response> session(http::Request request); // for the dashboard: sets a cookie, shows no token
    asio::awaitable<http::Response> login(http::Request request);   // for other clients: shows a token, sets no cookie
    asio::awaitable<http::Response> me(http::Request request);
    asio::awaitable<http::Response> logout(http::Request request);
    asio::awaitable<http::Response> setup(http::Request request); // redeems a one-time link

private:
    asio::awaitable<access::SignedIn> signed_in(const http::Request& request);

    db::Sessions sessions_;
    access::SignIn sign_in_;
    access::PasswordWorker& passwords_;
    access::Gate& gate_;
    access::RefusalLog& refusals_;
};

// For administrators: who may sign in.
class UserRoutes
{
public:
    UserRoutes(db::Database& database, access::PasswordWorker& passwords, access::Gate& gate)
        : users_(database), passwords_(passwords), gate_(gate)
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> add(http::Request request);
    asio::awaitable<http::Response> change(http::Request request);
    asio::awaitable<http::Response> disable(http::Request request);
    asio::awaitable<http::Response> set_password(http::Request request); // also ends the user's sessions

private:
    asio::awaitable<std::string> hash(std::string password);
    asio::awaitable<db::User> change_account(const http::Request& request, db::UserChange change, std::string action);

    db::Users users_;
    access::PasswordWorker& passwords_;
    access::Gate& gate_;
};

// For administrators: what other programs sign in with.
class KeyRoutes
{
public:
    KeyRoutes(db::Database& database, access::Gate& gate) : keys_(database), gate_(gate) {}

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> add(http::Request request); // the reply is the only one that shows the key
    asio::awaitable<http::Response> change(http::Request request);
    asio::awaitable<http::Response> revoke(http::Request request);

private:
    db::ApiKeys keys_;
    access::Gate& gate_;
};

// For administrators: who changed what, who saw whom, who was refused. Newest first.
class AuditRoutes
{
public:
    explicit AuditRoutes(db::AuditLog log) : log_(log) {}

    asio::awaitable<http::Response> list(http::Request request);

private:
    db::AuditLog log_;
};

} // namespace waybill::api
