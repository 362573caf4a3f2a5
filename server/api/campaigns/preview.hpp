#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/router.hpp"
#include "server/recipients/rows/data_characters.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// POST /api/campaigns/sms/preview: what a campaign would be; sends and stores nothing.
class PreviewRoute
{
public:
    PreviewRoute(db::Campaigns campaigns, CampaignRules rules) : campaigns_(campaigns), rules_(std::move(rules)) {}

    asio::awaitable<http::Response> preview(http::Request request);

private:
    http::Response render(const CampaignForm& form, const db::ListPreview* found,
                          const recipients::ListDescription* list, const recipients::DataCharacters& characters) const;

    db::Campaigns campaigns_;
    CampaignRules rules_;
};

} // namespace waybill::api
