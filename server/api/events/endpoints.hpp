#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "server/events/deliverer.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

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

} // namespace waybill::api
