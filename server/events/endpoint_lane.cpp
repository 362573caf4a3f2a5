#include "server/events/endpoint_lane.hpp"

#include "config/log.hpp"
#include "server/events/payload.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace waybill::events
{

namespace
{

constexpr int page_size = 1'000;    // events read together
constexpr std::size_t enough = 500; // to send: no more are read
constexpr int max_due = 200;        // retries read together
constexpr std::size_t max_unkept = 5'000;
constexpr std::chrono::seconds end_patience{3};
constexpr std::chrono::milliseconds keep_interval{50}; // what happens meanwhile is written down together

} // namespace

EndpointLane::EndpointLane(asio::any_io_executor executor, db::Database& database, db::Endpoint endpoint,
                           db::Holder holder, DeliveryOptions options, DeliveryCounters& counters)
    : executor_(executor),
      deliveries_(database),
      endpoints_(database),
      endpoint_(std::move(endpoint)),
      holder_(std::move(holder)),
      options_(std::move(options)),
      counters_(counters),
      post_(std::make_shared<Post>(executor, endpoint_.url, options_)),
      window_(endpoint_.position, options_.retries),
      wakeup_(executor)
{
}

void EndpointLane::configure(db::Endpoint endpoint)
{
    if (endpoint.url != endpoint_.url) {
        post_->close();
        post_ = std::make_shared<Post>(executor_, endpoint.url, options_);
    }
    endpoint_ = std::move(endpoint);
    due_at_ = {};
    wakeup_.wake();
}

void EndpointLane::look()
{
    read_at_ = {};
    wakeup_.wake();
}

void EndpointLane::stop()
{
    stopping_ = true;
    wakeup_.wake();
}

asio::awaitable<void> EndpointLane::run()
{
    const std::vector<std::int64_t> keys = co_await deliveries_.waiting_keys(endpoint_.id);
    window_.block(keys);
    const std::vector<db::EventNumber> kept = co_await deliveries_.kept(endpoint_.id, endpoint_.position);
    window_.skip(kept);
    while (!stopping_)
        co_await round();
    co_await end();
}

asio::awaitable<void> EndpointLane::round()
{
    co_await read_more();
    start();
    if (Clock::now() >= keep_at_) co_await keep();
    if (window_.is_exhausted()) stop();
    if (stopping_) co_return;
    const auto next = next_look();
    if (next > Clock::now()) co_await wakeup_.wait_until(next);
}

EndpointLane::Clock::time_point EndpointLane::next_look() const
{
    auto next = due_at_;
    if (window_.to_send() < enough) next = std::min(next, read_at_);
    if (window_.has_progress()) next = std::min(next, keep_at_);
    return next;
}

asio::awaitable<void> EndpointLane::read_more()
{
    const auto now = Clock::now();
    if (now >= due_at_) {
        std::vector<db::DueEvent> due = co_await deliveries_.due(endpoint_.id, max_due);
        window_.add(std::move(due));
        due_at_ = now + options_.poll;
    }
    if (now < read_at_ || window_.to_send() >= enough || window_.unkept() >= max_unkept) co_return;
    read_at_ = now + options_.poll; // before the read, so that a look() meanwhile still counts
    db::EventPage page = co_await deliveries_.next(endpoint_.id, window_.last_read(), page_size);
    if (page.looked_at == page_size) read_at_ = {};
    window_.add(std::move(page));
}

void EndpointLane::start()
{
    while (auto attempt = next_attempt())
        asio::co_spawn(executor_, deliver(shared_from_this(), std::move(*attempt)), asio::detached);
}

// An endpoint that refuses everything gets new events one at a time.
bool EndpointLane::waits_for_success() const
{
    return window_.failures_in_row() >= options_.max_failures_in_row && Clock::now() < probe_at_;
}

std::optional<Attempt> EndpointLane::next_attempt()
{
    if (stopping_ || window_.in_flight() >= options_.max_in_flight || window_.unkept() >= max_unkept)
        return std::nullopt;
    std::optional<Attempt> attempt = window_.take(waits_for_success());
    if (attempt && window_.failures_in_row() >= options_.max_failures_in_row)
        probe_at_ = Clock::now() + options_.retries.front();
    return attempt;
}

asio::awaitable<void> EndpointLane::deliver(std::shared_ptr<EndpointLane> lane, Attempt attempt)
{
    std::optional<Attempt> next = std::move(attempt);
    while (next) {
        Answer answer;
        try {
            answer = co_await lane->send(*next);
        }
        catch (const std::exception& fault) {
            answer.text = fault.what();
        }
        lane->finish(*next, answer);
        next = lane->next_attempt();
    }
}

asio::awaitable<Answer> EndpointLane::send(const Attempt& attempt)
{
    const std::shared_ptr<Post> post = post_;
    std::vector<std::string> secrets = secrets_of(endpoint_, std::chrono::system_clock::now());
    Answer answer = co_await post->send(id_of(attempt.event), payload_of(attempt.event), std::move(secrets));
    co_return answer;
}

void EndpointLane::finish(const Attempt& attempt, const Answer& answer)
{
    ++(answer.accepted ? counters_.delivered : counters_.refused);
    if (window_.unkept() == 0) keep_at_ = Clock::now() + keep_interval;
    window_.finish(attempt, answer);
    const bool may_read = window_.to_send() < enough / 2 && Clock::now() >= read_at_;
    if (window_.unkept() == 1 || stopping_ || may_read) wakeup_.wake();
}

asio::awaitable<void> EndpointLane::keep()
{
    if (!window_.has_progress()) co_return;
    const db::Progress progress = window_.take_progress();
    const auto waiting = co_await deliveries_.keep(endpoint_.id, holder_, progress);
    keep_at_ = Clock::now() + keep_interval;
    if (waiting) {
        window_.kept(progress, *waiting);
        if (!progress.keys.empty()) due_at_ = std::min(due_at_, Clock::now() + keep_interval);
        co_return;
    }
    lost_ = true;
    stopping_ = true;
}

// Gives what is in flight a moment to end; the next holder delivers the rest again.
asio::awaitable<void> EndpointLane::end()
{
    co_await wait_for_answers(end_patience);
    if (!lost_) co_await keep();
    if (!lost_ && window_.is_exhausted()) co_await disable();
    post_->abort();
    co_await wait_for_answers(options_.answer_deadline);
}

asio::awaitable<void> EndpointLane::wait_for_answers(std::chrono::milliseconds patience)
{
    const auto until = Clock::now() + patience;
    while (window_.in_flight() > 0 && Clock::now() < until)
        co_await wakeup_.wait_until(until);
}

asio::awaitable<void> EndpointLane::disable()
{
    std::string reason = "An event was refused " + std::to_string(options_.retries.size() + 1) +
                         " times, the last time with: " + window_.last_fault();
    const bool disabled = co_await endpoints_.disable(endpoint_.id, std::move(reason));
    if (!disabled) co_return;
    ++counters_.disabled;
    config::log(config::LogLevel::warning, "endpoint.disabled",
                {{"endpoint", endpoint_.id},
                 {"fault", window_.last_fault()},
                 {"advice", "fix the receiver and enable the endpoint: what waited is delivered then"}});
}

} // namespace waybill::events
