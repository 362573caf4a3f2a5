#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/messages/messages.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// What reads campaigns: the status route, the list, one, and the messages of one.
class CampaignQueryRoutes
{
public:
    CampaignQueryRoutes(db::Campaigns campaigns, db::Messages messages, CampaignRules rules)
        : campaigns_(campaigns), messages_(messages), rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> status(http::Request request);
    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> messages(http::Request request);

private:
    ShownCampaign shown(const db::Campaign& campaign) const; // as it is now

    db::Campaigns campaigns_;
    db::Messages messages_;
    CampaignRules rules_;
};

} // namespace waybill::api
