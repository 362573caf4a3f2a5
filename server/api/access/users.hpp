#pragma once

#include "db/requests/api_keys.hpp"
#include "db/requests/users.hpp"
#include "server/access/gate.hpp"
#include "server/access/password_worker.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

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

} // namespace waybill::api
