#include "server/api/campaigns/campaign_feed.hpp"

#include "config/log.hpp"
#include "server/api/contract/campaign.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace waybill::api
{

using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace
{

// Each viewer makes it longer, so that many of them together cost no more than a small share of the machine.
std::chrono::microseconds interval(std::size_t viewers)
{
    return std::chrono::milliseconds(300) + viewers * std::chrono::microseconds(500);
}

CampaignFeed::Event event_of(const db::Campaign& campaign, double segments_per_second)
{
    std::string text = "event: campaign\nid: " + campaign.version + "\ndata: ";
    text += to_json(show(campaign, system_clock::now(), segments_per_second));
    return std::make_shared<const std::string>(std::move(text) + "\n\n");
}

asio::awaitable<void> wait(asio::steady_timer& timer)
{
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

} // namespace

struct CampaignFeed::Watched
{
    std::int64_t id = 0;
    std::string version;
    Event event;
    std::set<CampaignViewer*> viewers;
};

struct CampaignFeed::State
{
    State(asio::any_io_executor on, db::Changes of, sending::SenderRates at)
        : executor(on), changes(of), rates(std::move(at)), timer(on)
    {
    }

    void tell(Watched& watched, const db::Campaign& campaign) const
    {
        if (campaign.version == watched.version) return;
        watched.version = campaign.version;
        watched.event = event_of(campaign, rates.rate_of(campaign.sender));
        for (CampaignViewer* viewer : watched.viewers)
            viewer->news_.cancel();
    }

    asio::any_io_executor executor;
    db::Changes changes;
    sending::SenderRates rates;
    asio::steady_timer timer;
    std::map<std::int64_t, Watched> watched; // by campaign; those with viewers
    std::size_t viewers = 0;
    bool stopping = false;
};

CampaignFeed::CampaignFeed(asio::any_io_executor executor, db::Changes changes, sending::SenderRates rates)
    : state_(std::make_shared<State>(std::move(executor), changes, std::move(rates)))
{
}

asio::awaitable<void> CampaignFeed::run()
{
    const auto state = state_;
    while (!state->stopping) {
        const bool idle = state->viewers == 0;
        state->timer.expires_at(idle ? steady_clock::time_point::max()
                                     : steady_clock::now() + interval(state->viewers));
        co_await wait(state->timer);
        if (!state->stopping && state->viewers > 0) co_await look(state);
    }
}

void CampaignFeed::stop()
{
    state_->stopping = true;
    state_->timer.cancel();
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
    catch (const std::exception& fault) {
        config::log(config::LogLevel::error, "events.look_failed", {{"reason", fault.what()}});
    }
    for (const db::Campaign& campaign : changed)
        if (const auto found = state->watched.find(campaign.id); found != state->watched.end())
            state->tell(found->second, campaign);
}

CampaignViewer::CampaignViewer(const CampaignFeed& feed, const db::Campaign& campaign)
    : feed_(feed.state_), watched_(feed_->watched[campaign.id]), news_(feed_->executor)
{
    watched_.id = campaign.id;
    if (watched_.viewers.empty()) feed_->tell(watched_, campaign);
    watched_.viewers.insert(this);
    if (feed_->viewers++ == 0) feed_->timer.cancel();
}

CampaignViewer::~CampaignViewer()
{
    --feed_->viewers;
    watched_.viewers.erase(this);
    if (watched_.viewers.empty()) feed_->watched.erase(watched_.id);
}

asio::awaitable<CampaignFeed::Event> CampaignViewer::next(std::chrono::seconds patience)
{
    news_.expires_after(patience);
    const bool is_old = told_ == watched_.event;
    if (is_old && !ended_) co_await wait(news_);
    if (ended_ || told_ == watched_.event) co_return nullptr;
    told_ = watched_.event;
    co_return told_;
}

void CampaignViewer::end()
{
    ended_ = true;
    news_.cancel();
}

} // namespace waybill::api
