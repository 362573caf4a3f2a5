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

    asio::awaitable<http::Response> list(http::Request request);

private:
    db::Campaigns campaigns_;
    db::Inbound& inbound_;
};

} // namespace waybill::api
