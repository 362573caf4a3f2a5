#pragma once

#include "config/background_task.hpp"
#include "config/wakeup.hpp"
#include "db/campaigns/campaigns.hpp"
#include "server/access/limits.hpp"
#include "server/http/router.hpp"
#include "server/sending/sender_types.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// What the viewers of campaigns see, made once for all viewers of a campaign. While there are viewers, one statement
// reads the watched campaigns that have changed, about three times a second and less often for many viewers, whichever
// process changed them.
class CampaignFeed
{
public:
    using Update = std::shared_ptr<const std::string>; // one event of a text/event-stream

    CampaignFeed(asio::any_io_executor executor, db::Changes changes, sending::SenderRates rates);

    config::BackgroundTask task();

    std::size_t viewers() const;

private:
    friend class CampaignViewer;
    struct Watched;
    struct State;
    static asio::awaitable<config::Wakeup::Time> round(std::shared_ptr<State> state);
    static asio::awaitable<void> look(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

// One viewer of one campaign, from its construction to its end. May outlive the feed.
class CampaignViewer
{
public:
    CampaignViewer(const CampaignFeed& feed, const db::Campaign& campaign); // as it was just read
    ~CampaignViewer();
    CampaignViewer(const CampaignViewer&) = delete;
    CampaignViewer& operator=(const CampaignViewer&) = delete;

    // The newest update that this viewer has not seen, at first that of the campaign as it is; null when there was none
    // for that long, and at the end.
    asio::awaitable<CampaignFeed::Update> next(std::chrono::milliseconds patience);

    void end(); // completes next()
    bool ended() const { return ended_; }

private:
    friend class CampaignFeed;

    std::shared_ptr<CampaignFeed::State> feed_;
    CampaignFeed::Watched& watched_;
    CampaignFeed::Update seen_;
    config::Wakeup news_; // or the end
    bool ended_ = false;
};

// Campaigns live, as Server-Sent Events. A viewer that leaves is noticed within a second or two.
class LiveRoutes
{
public:
    LiveRoutes(db::Campaigns campaigns, const CampaignFeed& feed);

    asio::awaitable<http::Response> stream(http::Request request);

private:
    static asio::awaitable<void> show(CampaignFeed feed, db::Campaign campaign, http::Caller caller,
                                      http::BodyWriter& body);

    db::Campaigns campaigns_;
    const CampaignFeed& feed_;
    access::Shares running_;
};

} // namespace waybill::api
