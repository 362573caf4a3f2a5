#include "server/api/campaigns/live.hpp"

#include "server/api/contract/campaign.hpp"
#include "server/api/contract/masking.hpp"
#include "server/api/contract/request.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace waybill::api
{

using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace
{

// Grows with the viewers, so that many of them together cost no more than a small share of the machine.
std::chrono::microseconds interval(std::size_t viewers)
{
    return std::chrono::milliseconds(300) + viewers * std::chrono::microseconds(500);
}

CampaignFeed::Update update_of(const db::Campaign& campaign, double segments_per_second)
{
    std::string text = "event: campaign\nid: " + campaign.version + "\ndata: ";
    text += to_json(show(campaign, system_clock::now(), segments_per_second));
    return std::make_shared<const std::string>(std::move(text) + "\n\n");
}

constexpr std::size_t max_viewers = 2'000, max_viewers_each = 500;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_checks{300}; // of the credential: a revoked one ends its streams
constexpr std::chrono::seconds max_silence{15};          // proxies close a connection on which nothing happens

asio::awaitable<bool> is_still_allowed(const http::Caller& caller)
{
    if (!caller.still_allowed) co_return true;
    auto check = caller.still_allowed();
    const bool allowed = co_await std::move(check);
    co_return allowed;
}

} // namespace

struct CampaignFeed::Watched
{
    std::int64_t id = 0;
    std::string version;
    Update update;
    std::set<CampaignViewer*> viewers;
};

struct CampaignFeed::State
{
    State(asio::any_io_executor on, db::Changes of, sending::SenderRates at)
        : executor(on), changes(of), rates(at), viewers_change(std::make_shared<config::Wakeup>(on))
    {
    }

    void publish(Watched& watched, const db::Campaign& campaign) const
    {
        if (campaign.version == watched.version) return;
        watched.version = campaign.version;
        watched.update = update_of(campaign, rates.rate_of(campaign.sender));
        for (CampaignViewer* viewer : watched.viewers)
            viewer->news_.wake();
    }

    asio::any_io_executor executor;
    db::Changes changes;
    sending::SenderRates rates;
    std::shared_ptr<config::Wakeup> viewers_change; // the first one comes
    std::map<std::int64_t, Watched> watched;        // by campaign; those with viewers
    std::size_t viewers = 0;
    steady_clock::time_point looked_at{};
};

CampaignFeed::CampaignFeed(asio::any_io_executor executor, db::Changes changes, sending::SenderRates rates)
    : state_(std::make_shared<State>(std::move(executor), changes, rates))
{
}

config::BackgroundTask CampaignFeed::task()
{
    return config::repeat("campaign feed", state_->viewers_change, [state = state_] { return round(state); });
}

asio::awaitable<config::Wakeup::Time> CampaignFeed::round(std::shared_ptr<State> state)
{
    if (state->viewers == 0) co_return config::Wakeup::Time::max();
    if (const auto due = state->looked_at + interval(state->viewers); due > steady_clock::now()) co_return due;
    co_await look(state);
    state->looked_at = steady_clock::now();
    co_return state->looked_at + interval(state->viewers);
}

std::size_t CampaignFeed::viewers() const
{
    return state_->viewers;
}

// While PostgreSQL is away there is no news.
asio::awaitable<void> CampaignFeed::look(std::shared_ptr<State> state)
{
    std::vector<db::KnownCampaign> known;
    for (const auto& [id, watched] : state->watched)
        known.push_back({id, watched.version});
    std::vector<db::Campaign> changed;
    try {
        changed = co_await state->changes.of(std::move(known));
    }
    catch (const db::Unavailable&) {
    }
    for (const db::Campaign& campaign : changed)
        if (const auto found = state->watched.find(campaign.id); found != state->watched.end())
            state->publish(found->second, campaign);
}

CampaignViewer::CampaignViewer(const CampaignFeed& feed, const db::Campaign& campaign)
    : feed_(feed.state_), watched_(feed_->watched[campaign.id]), news_(feed_->executor)
{
    watched_.id = campaign.id;
    if (watched_.viewers.empty()) feed_->publish(watched_, campaign);
    watched_.viewers.insert(this);
    if (feed_->viewers++ == 0) feed_->viewers_change->wake();
}

CampaignViewer::~CampaignViewer()
{
    --feed_->viewers;
    watched_.viewers.erase(this);
    if (watched_.viewers.empty()) feed_->watched.erase(watched_.id);
}

asio::awaitable<CampaignFeed::Update> CampaignViewer::next(std::chrono::milliseconds patience)
{
    const auto until = steady_clock::now() + patience;
    while (!ended_ && seen_ == watched_.update && steady_clock::now() < until)
        co_await news_.wait_until(until);
    if (ended_ || seen_ == watched_.update) co_return nullptr;
    seen_ = watched_.update;
    co_return seen_;
}

void CampaignViewer::end()
{
    ended_ = true;
    news_.wake();
}

LiveRoutes::LiveRoutes(db::Campaigns campaigns, const CampaignFeed& feed)
    : campaigns_(campaigns), feed_(feed), running_(max_viewers, max_viewers_each, "live views")
{
}

asio::awaitable<http::Response> LiveRoutes::stream(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    const std::shared_ptr<void> share = running_.take(request.caller.name);
    http::Response response;
    response.headers = {{"Content-Type", "text/event-stream"},
                        {"Cache-Control", "no-cache"},
                        {"X-Accel-Buffering", "no"}}; // nginx passes each event on immediately
    response.stream = [feed = feed_, campaign, caller = request.caller, share](http::BodyWriter& body) {
        return show(feed, campaign, caller, body);
    };
    co_return response;
}

asio::awaitable<void> LiveRoutes::show(CampaignFeed feed, db::Campaign campaign, http::Caller caller,
                                       http::BodyWriter& body)
{
    CampaignViewer viewer(feed, campaign);
    body.on_end([&viewer] { viewer.end(); });
    co_await body.write("retry: 2000\n\n"); // milliseconds
    auto last_written = Clock::now();
    while (!viewer.ended()) {
        const CampaignFeed::Update update = co_await viewer.next(between_checks);
        const bool allowed = co_await is_still_allowed(caller);
        if (!allowed || viewer.ended()) break;
        if (!update && Clock::now() - last_written < max_silence) continue;
        std::string piece = update ? *update : ": ping\n\n";
        if (update && !caller.sees_people) piece = masked_event(piece);
        co_await body.write(std::move(piece));
        last_written = Clock::now();
    }
}

} // namespace waybill::api
