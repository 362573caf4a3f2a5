#include "server/api/campaigns/live.hpp"

#include "server/api/contract/request.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::size_t max_viewers = 2'000;
constexpr std::chrono::seconds max_silence{15}; // proxies close a connection on which nothing happens

} // namespace

asio::awaitable<http::Response> EventRoutes::events(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    if (feed_.viewers() >= max_viewers)
        throw http::unavailable("Too many viewers are connected; poll the campaign every few seconds instead");
    http::Response response;
    response.headers = {{"Content-Type", "text/event-stream"},
                        {"Cache-Control", "no-cache"},
                        {"X-Accel-Buffering", "no"}}; // nginx passes each event on immediately
    response.stream = [feed = feed_, campaign](http::BodyWriter& body) { return show(feed, campaign, body); };
    co_return response;
}

asio::awaitable<void> EventRoutes::show(CampaignFeed feed, db::Campaign campaign, http::BodyWriter& body)
{
    CampaignViewer viewer(feed, campaign);
    body.on_end([&viewer] { viewer.end(); });
    co_await body.write("retry: 2000\n\n"); // milliseconds
    while (!viewer.ended()) {
        const CampaignFeed::Event event = co_await viewer.next(max_silence);
        std::string piece = event ? *event : ": ping\n\n";
        if (!viewer.ended()) co_await body.write(std::move(piece));
    }
}

} // namespace waybill::api
