#include "server/events/deliverer.hpp"

#include "config/log.hpp"
#include "server/events/payload.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <random>
#include <set>
#include <utility>

namespace waybill::events
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr int numbered_together = 5'000;
constexpr std::chrono::milliseconds busy_interval{30}; // between two rounds while there are events
constexpr std::chrono::minutes all_interval{1};
constexpr std::chrono::hours forget_interval{1};
constexpr int forgotten_together = 10'000;

std::string random_name()
{
    std::random_device random;
    return std::to_string(random()) + "-" + std::to_string(random());
}

} // namespace

Deliverer::Deliverer(asio::any_io_executor executor, db::Database& database, DeliveryOptions options)
    : executor_(executor),
      database_(database),
      options_(std::move(options)),
      holder_{random_name(), options_.lease},
      state_(std::make_shared<State>(executor))
{
}

config::BackgroundTask Deliverer::numbering_task()
{
    return config::repeat("event numbers", executor_, [this] { return number(); });
}

asio::awaitable<config::Wakeup::Time> Deliverer::number()
{
    if (Clock::now() >= forget_at_) co_await forget_old();
    db::Events events(database_);
    const db::Numbered numbered = co_await events.number(numbered_together, place_to_look_above());
    if (numbered.count == 0) co_return Clock::now() + options_.poll;
    numbered_ = std::max(numbered_, numbered.last);
    for (const auto& [id, lane] : state_->lanes)
        lane->look();
    if (numbered.count == numbered_together) co_return Clock::now();
    co_return Clock::now() + std::min(busy_interval, options_.poll);
}

// Deleted rows may stay in the table for as long as a backup takes, and no round should step over all of them: it looks
// above the place where events were numbered a minute or two ago. Once per minute it looks at the whole table, because
// an upload may have begun earlier.
std::int64_t Deliverer::place_to_look_above()
{
    if (Clock::now() < look_at_all_at_) return above_;
    look_at_all_at_ = Clock::now() + all_interval;
    above_ = std::exchange(next_above_, numbered_);
    return 0;
}

asio::awaitable<void> Deliverer::forget_old()
{
    forget_at_ = Clock::now() + forget_interval;
    db::Events events(database_);
    const db::Time before = std::chrono::system_clock::now() - std::chrono::days(options_.retention_days);
    while (!state_->stopping) {
        const std::int64_t forgotten = co_await events.forget(before, forgotten_together);
        if (forgotten < forgotten_together) co_return;
    }
}

config::BackgroundTask Deliverer::task()
{
    return {"event deliveries", [this] { return run(); }, [this] { stop(); }};
}

void Deliverer::stop()
{
    state_->stopping = true;
    for (const auto& [id, lane] : state_->lanes)
        lane->stop();
    state_->change.wake();
}

void Deliverer::look_at_endpoints()
{
    state_->change.wake();
}

// Lanes keep their work while PostgreSQL is away for a moment; one that has failed is started again.
asio::awaitable<void> Deliverer::run()
{
    db::Deliveries deliveries(database_);
    while (!state_->stopping) {
        std::vector<db::Endpoint> leased = co_await deliveries.lease(holder_);
        if (!state_->stopping) hold(std::move(leased));
        co_await state_->change.wait_until(Clock::now() + options_.lease / 3);
    }
    while (!state_->lanes.empty())
        co_await state_->change.wait();
    co_await deliveries.release(holder_);
}

void Deliverer::hold(std::vector<db::Endpoint> leased)
{
    std::set<std::int64_t> held;
    for (db::Endpoint& endpoint : leased) {
        held.insert(endpoint.id);
        const auto lane = state_->lanes.find(endpoint.id);
        if (lane == state_->lanes.end())
            start_lane(std::move(endpoint));
        else
            lane->second->configure(std::move(endpoint));
    }
    for (const auto& [id, lane] : state_->lanes)
        if (!held.contains(id)) lane->stop();
}

void Deliverer::start_lane(db::Endpoint endpoint)
{
    const std::int64_t id = endpoint.id;
    auto lane =
        std::make_shared<EndpointLane>(executor_, database_, std::move(endpoint), holder_, options_, state_->counters);
    state_->lanes.emplace(id, lane);
    asio::co_spawn(executor_, lane->run(), [state = state_, lane, id](std::exception_ptr error) {
        lane->stop(); // what is in flight ends without it
        state->lanes.erase(id);
        state->change.wake();
        if (!error) return;
        try {
            std::rethrow_exception(error);
        }
        catch (const std::exception& fault) {
            config::log(config::LogLevel::warning, "endpoint.interrupted",
                        {{"endpoint", id}, {"error", fault.what()}, {"advice", "its deliveries are resumed"}});
        }
    });
}

asio::awaitable<Answer> Deliverer::test(db::Endpoint endpoint)
{
    const db::Time now = std::chrono::system_clock::now();
    Post post(executor_, endpoint.url, options_);
    TestEvent event = test_event(endpoint.id, now);
    std::vector<std::string> secrets = secrets_of(endpoint, now);
    Answer answer = co_await post.send(std::move(event.id), std::move(event.payload), std::move(secrets));
    post.close();
    co_return answer;
}

} // namespace waybill::events
