#include "server/sending/sender.hpp"

#include "config/log.hpp"
#include "server/sending/outcome.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>

namespace waybill::sending
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace
{

constexpr std::chrono::seconds database_backoff{1};
constexpr std::chrono::milliseconds finest_wait{1}; // a timer for less is not worth its cost

double draw()
{
    static std::mt19937_64 generator(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

} // namespace

Sender::Sender(asio::any_io_executor executor, db::Outbox outbox, twilio::Client& client, SenderOptions options)
    : executor_(executor), outbox_(outbox), client_(client), options_(std::move(options)),
      outcomes_(executor, [this](db::Batch<db::SendOutcome> outcomes) { return settle(std::move(outcomes)); }),
      change_(executor)
{
}

asio::awaitable<void> Sender::run()
{
    auto next_expiry = steady_clock::now();
    while (!stopping_) {
        if (steady_clock::now() >= next_expiry) {
            co_await expire_leases();
            next_expiry = steady_clock::now() + options_.lease / 8;
        }
        std::vector<db::ClaimedMessage> claimed = co_await claim_some();
        if (claimed.empty()) co_await pause_for(steady_clock::now() + options_.poll);
        for (db::ClaimedMessage& message : claimed) co_await start_in_turn(std::move(message));
    }
    while (counters_.in_flight > 0) co_await pause_for(steady_clock::now() + options_.poll);
}

void Sender::stop()
{
    stopping_ = true;
    wake();
}

void Sender::wake()
{
    woken_ = true;
    change_.cancel();
}

asio::awaitable<void> Sender::wait_for_campaign(std::int64_t campaign_id, steady_clock::time_point deadline)
{
    asio::steady_timer timer(executor_, deadline);
    const auto place = campaign_waiters_.emplace(campaign_id, &timer);
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    campaign_waiters_.erase(place);
}

// Half a second's worth at most: what is claimed must be gone soon, since a crash leaves it unknown.
asio::awaitable<std::vector<db::ClaimedMessage>> Sender::claim_some()
{
    const int free_places = options_.max_in_flight - counters_.in_flight;
    const int soon = std::max(1, static_cast<int>(options_.messages_per_second / 2));
    std::vector<db::ClaimedMessage> claimed;
    if (free_places < std::max(1, options_.max_in_flight / 8)) co_return claimed; // a claim is worth a few messages
    bool away = false;
    try {
        claimed = co_await outbox_.claim(std::min(free_places, soon), options_.lease);
    }
    catch (const db::Unavailable& error) {
        log(LogLevel::warning, "sender.database_away",
            {{"error", error.what()}, {"advice", "sending goes on when PostgreSQL answers again"}});
        away = true;
    }
    if (away) co_await pause_for(steady_clock::now() + database_backoff);
    co_return claimed;
}

asio::awaitable<void> Sender::start_in_turn(db::ClaimedMessage message)
{
    ++counters_.in_flight;
    if (!message.opted_out && !message.settled) {
        auto limit = rate_limits_.try_emplace(message.sender, options_.messages_per_second).first;
        const auto turn = limit->second.reserve(steady_clock::now(), message.segments);
        while (!stopping_ && turn - steady_clock::now() > finest_wait) co_await pause_for(turn);
    }
    asio::co_spawn(executor_, deliver(std::move(message)), asio::detached);
}

asio::awaitable<void> Sender::deliver(db::ClaimedMessage message)
{
    const db::MessageId id = message.id;
    try {
        db::SendOutcome outcome;
        if (message.opted_out || message.settled) outcome = decide_unsent(message, system_clock::now());
        else if (stopping_) outcome = give_back(message, system_clock::now());
        else {
            twilio::OutgoingMessage outgoing = to_outgoing(message);
            const twilio::SendResult result = co_await client_.send(std::move(outgoing));
            count(result);
            outcome = decide(message, result, system_clock::now(), draw());
        }
        co_await record(std::move(outcome));
    }
    catch (const std::exception& error) {
        log(LogLevel::error, "message.delivery_failed",
            {{"id", id}, {"error", error.what()}, {"advice", "the message becomes unknown when its lease ends"}});
    }
    --counters_.in_flight;
    wake();
}

// What Twilio has answered must not be lost: kept here until PostgreSQL takes it, bounded by max_in_flight.
asio::awaitable<void> Sender::record(db::SendOutcome outcome)
{
    for (;;) {
        db::SendOutcome copy = outcome;
        bool recorded = false;
        try {
            co_await outcomes_.write(std::move(copy));
            recorded = true;
        }
        catch (const db::Unavailable& error) {
            log(LogLevel::warning, "message.outcome_waits",
                {{"id", outcome.event.message_id}, {"error", error.what()}});
        }
        if (recorded) co_return;
        asio::steady_timer timer(executor_, database_backoff);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> Sender::settle(db::Batch<db::SendOutcome> outcomes)
{
    const std::vector<std::int64_t> completed = co_await outbox_.settle(outcomes.items);
    for (const std::int64_t campaign : completed) {
        const auto [first, last] = campaign_waiters_.equal_range(campaign);
        for (auto waiter = first; waiter != last; ++waiter) waiter->second->cancel();
    }
}

asio::awaitable<void> Sender::pause_for(steady_clock::time_point until)
{
    if (!std::exchange(woken_, false)) {
        change_.expires_at(until);
        boost::system::error_code cancelled;
        co_await change_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        woken_ = false;
    }
}

asio::awaitable<void> Sender::expire_leases()
{
    try {
        const std::size_t expired = co_await outbox_.expire_leases();
        counters_.expired_leases += expired;
        if (expired > 0)
            log(LogLevel::warning, "sender.leases_expired",
                {{"messages", expired}, {"advice", "they are shown as unknown until a receipt settles them"}});
    }
    catch (const db::Unavailable&) { // claim_some says so
    }
}

twilio::OutgoingMessage Sender::to_outgoing(const db::ClaimedMessage& message) const
{
    twilio::OutgoingMessage outgoing;
    outgoing.to = message.recipient;
    outgoing.from = message.sender;
    outgoing.body = message.body;
    outgoing.status_callback = options_.public_base_url + "/webhooks/twilio/status/" + std::to_string(message.id);
    if (!options_.callback_overrides.empty()) outgoing.status_callback += "#" + options_.callback_overrides;
    return outgoing;
}

void Sender::count(const twilio::SendResult& result)
{
    std::uint64_t* const counters[] = {&counters_.accepted, &counters_.rejected, &counters_.throttled,
                                       &counters_.not_sent, &counters_.unknown};
    ++*counters[result.index()];
}

} // namespace waybill::sending
