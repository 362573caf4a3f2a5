#include "server/api/campaigns/live.hpp"

#include "server/api/contract/errors.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::size_t most_viewers = 2'000;
constexpr std::chrono::seconds longest_silence{15}; // proxies close a connection on which nothing happens

} // namespace

asio::awaitable<http::Response> EventRoutes::events(http::Request request)
{
    std::string public_id = request.path_values["id"];
    const std::optional<db::Campaign> campaign = co_await campaigns_.find(std::move(public_id));
    if (!campaign) co_return http::error_response(404, "Campaign not found");
    if (feed_.viewers() >= most_viewers)
        co_return unavailable("Too many viewers are connected; ask for the campaign now and then instead");
    http::Response response;
    response.headers = {{"Content-Type", "text/event-stream"},
                        {"Cache-Control", "no-cache"},
                        {"X-Accel-Buffering", "no"}}; // nginx passes each event on at once
    response.stream = [feed = feed_, campaign = *campaign](http::BodyWriter& body) {
        return show(feed, campaign, body);
    };
    co_return response;
}

asio::awaitable<void> EventRoutes::show(CampaignFeed feed, db::Campaign campaign, http::BodyWriter& body)
{
    CampaignViewer viewer(feed, campaign);
    body.on_end([&viewer] { viewer.end(); });
    co_await body.write("retry: 2000\n\n"); // milliseconds
    while (!viewer.ended()) {
        const CampaignFeed::Event event = co_await viewer.next(longest_silence);
        std::string piece = event ? *event : ": ping\n\n";
        if (!viewer.ended()) co_await body.write(std::move(piece));
    }
}

} // namespace waybill::api
