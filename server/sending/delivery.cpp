#include "config/log.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/sending/outcome.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <random>

// The second half of Sender: what happens to a message from its turn on.
namespace waybill::sending
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace
{

constexpr std::chrono::seconds database_backoff{1};

std::string shown(const std::string& sender)
{
    if (sender == db::whole_account) return "the whole account";
    return sender.starts_with('+') ? config::masked(sender) : sender;
}

double draw()
{
    static std::mt19937_64 generator(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

} // namespace

asio::awaitable<void> Dispatcher::deliver(db::ClaimedMessage message, db::Permit permit)
{
    const db::MessageId id = message.id;
    try {
        db::SendOutcome outcome;
        if (permit == db::Permit::send)
            outcome = co_await attempt(std::move(message));
        else
            outcome = decide_unsent(message, permit, system_clock::now());
        co_await record(std::move(outcome));
    }
    catch (const std::exception& error) {
        log(LogLevel::error, "message.delivery_failed",
            {{"id", id}, {"error", error.what()}, {"advice", "the message becomes unknown when its lease ends"}});
    }
    --counters_.in_flight;
    if (stopping_ || (lacks_places_ && free_places() >= least_places())) wake();
}

asio::awaitable<db::SendOutcome> Dispatcher::attempt(db::ClaimedMessage message)
{
    twilio::OutgoingMessage outgoing = to_outgoing(message);
    const twilio::SendResult result = co_await client_.send(std::move(outgoing));
    count(result);
    const std::optional<db::SenderFault> fault = breaker_.observe(message, result);
    if (fault) {
        db::SenderFault copy = *fault;
        co_await pause(std::move(copy));
    }
    else if (proves_mended(result)) {
        if (message.probes_account) co_await resume(db::whole_account);
        if (message.probes_sender) co_await resume(message.sender);
    }
    if (!fault || !std::holds_alternative<twilio::Rejected>(result))
        co_return decide(message, result, system_clock::now(), draw());
    auto when = system_clock::now();
    if (may_be_its_own(*fault)) when += 2 * options_.probe_after;
    co_return give_back(message, when);
}

// Twilio's answer must not be lost: it is kept here until PostgreSQL stores it; max_in_flight bounds how many are.
asio::awaitable<void> Dispatcher::record(db::SendOutcome outcome)
{
    for (;;) {
        db::SendOutcome copy = outcome;
        bool recorded = false;
        try {
            co_await outcomes_.write(std::move(copy));
            recorded = true;
        }
        catch (const db::DataError&) {
            throw;
        }
        catch (const std::exception& error) {
            log(LogLevel::warning, "message.outcome_waits",
                {{"id", outcome.entry.message_id}, {"error", error.what()}});
        }
        if (recorded) co_return;
        asio::steady_timer timer(executor_, database_backoff);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> Dispatcher::settle(db::Batch<db::SendOutcome> outcomes)
{
    const std::vector<std::int64_t> completed = co_await outbox_.settle(outcomes.items);
    for (const std::int64_t campaign : completed) {
        const auto [first, last] = campaign_waiters_.equal_range(campaign);
        for (auto waiter = first; waiter != last; ++waiter)
            waiter->second->wake();
    }
}

twilio::OutgoingMessage Dispatcher::to_outgoing(const db::ClaimedMessage& message) const
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

void Dispatcher::count(const twilio::SendResult& result)
{
    std::uint64_t* const counters[] = {&counters_.accepted, &counters_.rejected, &counters_.throttled,
                                       &counters_.not_sent, &counters_.unknown};
    ++*counters[result.index()];
    if (std::holds_alternative<twilio::Throttled>(result)) concurrency_.throttled(steady_clock::now());
    if (std::holds_alternative<twilio::Accepted>(result)) concurrency_.succeeded();
}

// The cause of a pause may have been removed while this process did not run: one message of each sender will show it.
asio::awaitable<void> Dispatcher::probe_everything()
{
    try {
        co_await senders_.probe_now();
    }
    catch (const std::exception&) { // then each sender is probed when its pause says
    }
}

asio::awaitable<void> Dispatcher::pause(db::SenderFault fault)
{
    if (!paused_.insert(fault.sender).second && !fault.from_probe) co_return; // it is being paused
    std::vector<std::chrono::milliseconds> delays;
    for (const int factor : {1, 2, 5, 10})
        delays.push_back(factor * options_.probe_after);
    try {
        db::SenderFault copy = fault;
        const std::optional<db::Time> probe_at = co_await senders_.pause(std::move(copy), std::move(delays));
        if (!probe_at) co_return;
        if (!fault.from_probe)
            ++(fault.sender == db::whole_account ? counters_.account_pauses : counters_.sender_pauses);
        log(LogLevel::warning, fault.from_probe ? "sender.still_paused" : "sender.paused",
            {{"sender", shown(fault.sender)}, {"code", fault.code.value_or(0)}, {"reason", fault.reason}});
    }
    catch (const std::exception& error) {
        log(LogLevel::warning, "sender.pause_failed", {{"sender", shown(fault.sender)}, {"error", error.what()}});
        paused_.erase(fault.sender);
    }
}

asio::awaitable<void> Dispatcher::resume(std::string sender)
{
    try {
        const bool resumed = co_await senders_.resume(sender);
        if (resumed) log(LogLevel::info, "sender.resumed", {{"sender", shown(sender)}});
    }
    catch (const std::exception&) { // the next probe will do it
    }
    wake();
}

} // namespace waybill::sending
