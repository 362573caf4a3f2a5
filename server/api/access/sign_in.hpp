#pragma once

#include "server/access/gate.hpp"
#include "server/access/password_worker.hpp"
#include "server/access/refusal_log.hpp"
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

} // namespace waybill::api
