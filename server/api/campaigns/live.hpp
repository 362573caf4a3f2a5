#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/campaigns/campaign_feed.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// Campaigns live, as Server-Sent Events. A viewer that leaves is noticed within a second or two.
class EventRoutes
{
public:
    EventRoutes(db::Campaigns campaigns, const CampaignFeed& feed) : campaigns_(campaigns), feed_(feed) {}

    asio::awaitable<http::Response> events(http::Request request);

private:
    static asio::awaitable<void> show(CampaignFeed feed, db::Campaign campaign, http::BodyWriter& body);

    db::Campaigns campaigns_;
    const CampaignFeed& feed_;
};

} // namespace waybill::api
