#pragma once

#include "db/campaigns.hpp"
#include "db/messages.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// What reads campaigns: the status route, the list, one, and the messages of one.
class CampaignQueryRoutes
{
public:
    CampaignQueryRoutes(db::Campaigns campaigns, db::Messages messages) : campaigns_(campaigns), messages_(messages) {}

    void add_to(http::Router& router, const bool& ready);

private:
    asio::awaitable<http::Response> status(http::Request request);
    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> messages(http::Request request);

    db::Campaigns campaigns_;
    db::Messages messages_;
};

} // namespace waybill::api
