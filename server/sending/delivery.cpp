#include "server/sending/delivery.hpp"

#include "config/log.hpp"
#include "server/sending/outcome.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <random>
#include <string>
#include <utility>

namespace waybill::sending
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace
{

double draw()
{
    static std::mt19937_64 generator(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

} // namespace

Delivery::Delivery(asio::any_io_executor executor, twilio::Client& client, const DispatcherOptions& options,
                   SenderPauses& pauses, OutcomeRecorder& recorder, Places& places)
    : executor_(executor), client_(client), options_(options), pauses_(pauses), recorder_(recorder), places_(places)
{
}

void Delivery::start(db::ClaimedMessage message, db::Permit permit)
{
    asio::co_spawn(executor_, deliver(std::move(message), permit), asio::detached);
}

asio::awaitable<void> Delivery::deliver(db::ClaimedMessage message, db::Permit permit)
{
    const db::MessageId id = message.id;
    try {
        db::SendOutcome outcome;
        if (permit == db::Permit::send)
            outcome = co_await send(std::move(message));
        else
            outcome = decide_unsent(message, permit, system_clock::now());
        co_await recorder_.record(std::move(outcome));
    }
    catch (const std::exception& error) {
        log(LogLevel::error, "message.delivery_failed",
            {{"id", id}, {"error", error.what()}, {"advice", "the message becomes unknown when its lease ends"}});
    }
    places_.give_back();
}

asio::awaitable<db::SendOutcome> Delivery::send(db::ClaimedMessage message)
{
    twilio::OutgoingMessage outgoing = to_outgoing(message);
    const twilio::SendResult result = co_await client_.send(std::move(outgoing));
    count(result);
    const std::optional<db::SenderFault> fault = breaker_.observe(message, result);
    if (fault) {
        db::SenderFault copy = *fault;
        co_await pauses_.begin(std::move(copy));
    }
    else if (proves_fixed(result)) {
        db::ClaimedMessage copy = message;
        co_await pauses_.end_for(std::move(copy));
    }
    co_return outcome_of(message, result, fault);
}

// A message refused for its sender's fault goes back; if the fault may be its own, others of the sender go first.
db::SendOutcome Delivery::outcome_of(const db::ClaimedMessage& message, const twilio::SendResult& result,
                                     const std::optional<db::SenderFault>& fault) const
{
    const auto now = system_clock::now();
    if (!fault || !std::holds_alternative<twilio::Rejected>(result)) return decide(message, result, now, draw());
    return give_back(message, may_be_its_own(*fault) ? now + 2 * options_.probe_after : now);
}

twilio::OutgoingMessage Delivery::to_outgoing(const db::ClaimedMessage& message) const
{
    twilio::OutgoingMessage outgoing;
    outgoing.to = message.recipient;
    outgoing.from = message.sender;
    outgoing.body = message.body;
    outgoing.validity_period = message.validity_seconds;
    outgoing.status_callback = options_.public_base_url + "/webhooks/twilio/status/" + std::to_string(message.id);
    if (!options_.callback_overrides.empty()) outgoing.status_callback += "#" + options_.callback_overrides;
    return outgoing;
}

void Delivery::count(const twilio::SendResult& result)
{
    ++counts_[result.index()];
    if (const auto* rejected = std::get_if<twilio::Rejected>(&result)) errors_.add(rejected->code);
    if (std::holds_alternative<twilio::Throttled>(result)) places_.concurrency().throttled(steady_clock::now());
    if (std::holds_alternative<twilio::Accepted>(result)) places_.concurrency().succeeded();
}

} // namespace waybill::sending
