#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/messages/inbound.hpp"
#include "db/messages/messages.hpp"
#include "server/access/limits.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// Reads campaigns: the status route, the list, one, its messages and its replies.
class CampaignQueryRoutes
{
public:
    CampaignQueryRoutes(db::Campaigns campaigns, db::Messages messages, db::Inbound& inbound, CampaignRules rules,
                        access::Shares searches)
        : campaigns_(campaigns),
          messages_(messages),
          inbound_(inbound),
          rules_(std::move(rules)),
          searches_(std::move(searches))
    {
    }

    asio::awaitable<http::Response> status(http::Request request);
    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> messages(http::Request request);
    asio::awaitable<http::Response> replies(http::Request request); // what recipients wrote back

private:
    asio::awaitable<db::CampaignPage> page_of(const http::Request& request);
    ShownCampaign shown(const db::Campaign& campaign) const; // as it is now

    db::Campaigns campaigns_;
    db::Messages messages_;
    db::Inbound& inbound_;
    CampaignRules rules_;
    access::Shares searches_; // those that no index serves
};

} // namespace waybill::api
