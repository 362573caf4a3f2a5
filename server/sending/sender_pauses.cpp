#include "server/sending/sender_pauses.hpp"

#include "config/log.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace waybill::sending
{

using config::log;
using config::LogLevel;

namespace
{

std::string shown(const std::string& sender)
{
    if (sender == db::whole_account) return "the whole account";
    return sender.starts_with('+') ? config::masked(sender) : sender;
}

} // namespace

SenderPauses::SenderPauses(db::Senders senders, std::chrono::milliseconds probe_after, config::Wakeup& wakeup)
    : senders_(senders), probe_after_(probe_after), wakeup_(wakeup)
{
}

asio::awaitable<void> SenderPauses::probe_everything()
{
    try {
        co_await senders_.probe_now();
    }
    catch (const std::exception&) { // then each sender is probed at its usual time
    }
}

asio::awaitable<void> SenderPauses::begin(db::SenderFault fault)
{
    if (!paused_.insert(fault.sender).second && !fault.from_probe) co_return; // another message has begun it
    try {
        co_await store(fault);
    }
    catch (const std::exception& error) {
        log(LogLevel::warning, "sender.pause_failed", {{"sender", shown(fault.sender)}, {"error", error.what()}});
        paused_.erase(fault.sender);
    }
}

asio::awaitable<void> SenderPauses::store(const db::SenderFault& fault)
{
    std::vector<std::chrono::milliseconds> delays;
    for (const int factor : {1, 2, 5, 10})
        delays.push_back(factor * probe_after_);
    db::SenderFault copy = fault;
    const std::optional<db::Time> probe_at = co_await senders_.pause(std::move(copy), std::move(delays));
    if (!probe_at) co_return;
    if (!fault.from_probe) ++(fault.sender == db::whole_account ? account_pauses_ : sender_pauses_);
    log(LogLevel::warning, fault.from_probe ? "sender.still_paused" : "sender.paused",
        {{"sender", shown(fault.sender)}, {"code", fault.code.value_or(0)}, {"reason", fault.reason}});
}

asio::awaitable<void> SenderPauses::end_for(db::ClaimedMessage probe)
{
    if (probe.probes_account) co_await resume(db::whole_account);
    if (probe.probes_sender) co_await resume(probe.sender);
}

asio::awaitable<void> SenderPauses::resume(std::string sender)
{
    try {
        const bool resumed = co_await senders_.resume(sender);
        if (resumed) log(LogLevel::info, "sender.resumed", {{"sender", shown(sender)}});
    }
    catch (const std::exception&) { // the next probe will do it
    }
    wakeup_.wake();
}

void SenderPauses::claimed(const std::string& sender)
{
    paused_.erase(sender);
    paused_.erase(db::whole_account);
}

db::Permit SenderPauses::narrowed(db::Permit permit, const db::ClaimedMessage& message) const
{
    using db::Permit;
    const bool is_probe = message.probes_account || message.probes_sender;
    const bool is_paused = permit == Permit::account_paused || permit == Permit::sender_paused;
    if (is_paused && is_probe) return Permit::send;
    if (permit != Permit::send) return permit;
    if (paused_.contains(db::whole_account) && !message.probes_account) return Permit::account_paused;
    if (paused_.contains(message.sender) && !message.probes_sender) return Permit::sender_paused;
    return Permit::send;
}

} // namespace waybill::sending
