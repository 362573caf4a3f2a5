#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/messages/inbound.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// GET /api/campaigns/{id}/replies: what recipients wrote back.
class ReplyRoutes
{
public:
    ReplyRoutes(db::Campaigns campaigns, db::Inbound& inbound) : campaigns_(campaigns), inbound_(inbound) {}

    void add_to(http::Router& router, const bool& ready);

private:
    asio::awaitable<http::Response> list(http::Request request);

    db::Campaigns campaigns_;
    db::Inbound& inbound_;
};

} // namespace waybill::api
