#pragma once

#include "db/campaigns/list_check.hpp"
#include "db/messages/messages.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace waybill::api
{

namespace asio = boost::asio;

// POST /api/campaigns/sms/test: the first recipient's message goes to a number of the caller's choice.
class TestMessageRoute
{
public:
    TestMessageRoute(db::Campaigns campaigns, db::ListCheck lists, db::SingleMessages messages,
                     sending::Dispatcher& dispatcher, CampaignRules rules)
        : campaigns_(campaigns), lists_(lists), messages_(messages), dispatcher_(dispatcher), rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> send(http::Request request);

private:
    asio::awaitable<std::optional<db::Recipient>> first_recipient(db::NextBatch next);
    db::NewMessage message_to(std::string number, db::Recipient recipient, std::string sender) const;

    db::Campaigns campaigns_;
    db::ListCheck lists_;
    db::SingleMessages messages_;
    sending::Dispatcher& dispatcher_;
    CampaignRules rules_;
};

} // namespace waybill::api
