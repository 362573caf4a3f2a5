#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace waybill::api
{

namespace asio = boost::asio;

// What makes campaigns: POST /api/campaigns/sms and /api/campaigns, and the sample of the file that it takes.
class CampaignRoutes
{
public:
    CampaignRoutes(db::Campaigns campaigns, sending::Dispatcher& dispatcher, CampaignRules rules)
        : campaigns_(campaigns), dispatcher_(dispatcher), rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> create(http::Request request);
    asio::awaitable<http::Response> create_inline(http::Request request); // the same as JSON

private:
    using FirstRejected = std::optional<std::vector<db::RejectedRow>>; // empty: to be looked up

    asio::awaitable<http::Response> create_labeled(http::Request request, std::vector<db::RowLabels> row_labels);
    db::NewCampaign new_campaign(const CampaignForm& form, std::string idempotency_key) const;
    asio::awaitable<http::Response> reply(std::string public_id, std::string idempotency_key, bool wait,
                                          FirstRejected rejected);
    asio::awaitable<db::Campaign> wait_until_sent(std::string public_id);

    db::Campaigns campaigns_;
    sending::Dispatcher& dispatcher_;
    CampaignRules rules_;
};

asio::awaitable<http::Response> sample_csv(http::Request request);

} // namespace waybill::api
