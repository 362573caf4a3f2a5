#pragma once

#include "db/events/notifications.hpp"
#include "server/http/message.hpp"
#include "server/notify/notifier.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// Where notifications go.
class NotificationRoutes
{
public:
    NotificationRoutes(db::Database& database, notify::Notifier& notifier) : addresses_(database), notifier_(notifier)
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> add(http::Request request);
    asio::awaitable<http::Response> change(http::Request request);
    asio::awaitable<http::Response> remove(http::Request request);
    asio::awaitable<http::Response> test(http::Request request);

private:
    asio::awaitable<db::NotificationAddress> address_of(const http::Request& request);
    asio::awaitable<void> check(std::string kind, std::string address);

    db::NotificationAddresses addresses_;
    notify::Notifier& notifier_;
};

} // namespace waybill::api
