#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "db/events/events.hpp"
#include "db/events/notifications.hpp"
#include "db/requests/audit.hpp"
#include "server/access/limits.hpp"
#include "server/events/deliverer.hpp"
#include "server/http/message.hpp"
#include "server/notify/notifier.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <map>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// Where events go, and what became of them there.
class EndpointRoutes
{
public:
    EndpointRoutes(db::Database& database, db::Campaigns campaigns, events::Deliverer& deliverer)
        : endpoints_(database), deliveries_(database), campaigns_(campaigns), deliverer_(deliverer)
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> add(http::Request request); // the reply shows the secret
    asio::awaitable<http::Response> change(http::Request request);
    asio::awaitable<http::Response> remove(http::Request request);
    asio::awaitable<http::Response> rotate_secret(http::Request request); // likewise
    asio::awaitable<http::Response> test(http::Request request);
    asio::awaitable<http::Response> deliveries(http::Request request);
    asio::awaitable<http::Response> replay(http::Request request);

private:
    asio::awaitable<db::Endpoint> endpoint_of(const http::Request& request);
    asio::awaitable<void> check_url(std::string url);
    asio::awaitable<void> check_campaign(std::string public_id);

    db::Endpoints endpoints_;
    db::Deliveries deliveries_;
    db::Campaigns campaigns_;
    events::Deliverer& deliverer_;
};

// The events that endpoints get, for clients that ask for them: page by page, or as a stream. To read them is to want
// them: the events of messages are written for some days from then on.
class FeedRoutes
{
public:
    explicit FeedRoutes(db::Database& database);

    asio::awaitable<http::Response> page(http::Request request);
    asio::awaitable<http::Response> stream(http::Request request);

private:
    asio::awaitable<void> note_reader(const http::Request& request);

    db::Events events_;
    db::AuditLog audit_;
    access::Shares running_;
    std::map<std::string, std::chrono::steady_clock::time_point> noted_at_; // by principal
};

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
