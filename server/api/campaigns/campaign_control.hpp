#pragma once

#include "db/campaigns/control.hpp"
#include "db/campaigns/resending.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// What an operator does with campaigns: pause, resume, cancel, and send again what is unknown.
class CampaignControlRoutes
{
public:
    CampaignControlRoutes(db::CampaignControl control, db::Resending resending, sending::Dispatcher& dispatcher,
                          CampaignRules rules)
        : control_(control), resending_(resending), dispatcher_(dispatcher), rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> pause(http::Request request);
    asio::awaitable<http::Response> resume(http::Request request);
    asio::awaitable<http::Response> cancel(http::Request request);
    asio::awaitable<http::Response> resend_campaign(http::Request request);
    asio::awaitable<http::Response> resend_message(http::Request request);

private:
    // Throws a Refusal when the caller may control its own campaigns alone, and this is another's.
    asio::awaitable<void> require_own(http::Caller caller, std::string campaign);
    asio::awaitable<void> require_own_message(http::Caller caller, db::MessageId id);

    // The campaign as it is now, or why it stays as it is.
    http::Response answer(const http::Request& request, const db::ControlResult& result, std::string_view action);

    db::CampaignControl control_;
    db::Resending resending_;
    sending::Dispatcher& dispatcher_;
    CampaignRules rules_;
};

} // namespace waybill::api
