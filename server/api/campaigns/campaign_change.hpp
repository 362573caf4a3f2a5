#pragma once

#include "db/campaigns/changing.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>
#include <utility>

namespace waybill::api
{

namespace asio = boost::asio;

// The JSON {"sendAt"?, "message"?, "offer"?, "offerCode"?, "maxCost"?}. Throws http::Refusal: a 422 that names every
// faulty field, or a 400 when the text is no JSON object.
db::CampaignChange read_campaign_change(std::string_view text, db::Time now);

// PATCH /api/campaigns/{id}: another time, text or budget for a campaign that has not started.
class ChangeRoute
{
public:
    ChangeRoute(db::CampaignControl control, db::CampaignChanges changes, sending::Dispatcher& dispatcher,
                CampaignRules rules)
        : control_(control), changes_(changes), dispatcher_(dispatcher), rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> change(http::Request request);

private:
    asio::awaitable<void> require_own(http::Caller caller, std::string campaign);

    db::CampaignControl control_;
    db::CampaignChanges changes_;
    sending::Dispatcher& dispatcher_;
    CampaignRules rules_;
};

} // namespace waybill::api
