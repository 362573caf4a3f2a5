#include "server/notify/notifier.hpp"

#include "config/log.hpp"
#include "config/repeated_lines.hpp"
#include "server/notify/wording.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <random>
#include <utility>

namespace waybill::notify
{

namespace
{

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int events_together = 2'000;
constexpr std::array<std::chrono::milliseconds, 4> pauses{5s, 1min, 5min, 30min};
constexpr auto alarm_interval = 1h, forget_interval = 1h;
constexpr auto probe_interval = 5min;
constexpr auto sign_in_interval = 2s;
constexpr std::size_t max_lanes = 16;

std::string new_holder_name()
{
    std::random_device random;
    return std::to_string(random()) + "-" + std::to_string(random());
}

db::NotificationAttempt attempt_of(const db::DueNotification& due, std::string fault)
{
    db::NotificationAttempt attempt;
    attempt.id = due.id;
    attempt.address_id = due.address_id;
    if (!fault.empty()) {
        const auto pause = pause_after(due.attempts + 1);
        attempt.state = pause ? db::NotificationState::waits : db::NotificationState::failed;
        attempt.wait = pause.value_or(0ms);
    }
    attempt.fault = std::move(fault);
    return attempt;
}

std::string lane_of(const db::DueNotification& due)
{
    return due.kind == "chat" ? "chat " + std::to_string(due.address_id) : due.kind;
}

} // namespace

std::optional<std::chrono::milliseconds> pause_after(int failed_attempts)
{
    const auto failed = static_cast<std::size_t>(std::max(failed_attempts, 1));
    if (failed > pauses.size()) return std::nullopt;
    return pauses[failed - 1];
}

Notifier::Notifier(asio::any_io_executor executor, db::Database& database, NotifierOptions options,
                   std::function<Alarms()> alarms)
    : executor_(executor),
      notifications_(database),
      options_(std::move(options)),
      alarms_(std::move(alarms)),
      mailer_(options_.mail, options_.mail_deadline),
      holder_{new_holder_name(), options_.lease},
      lane_ended_(executor)
{
}

config::BackgroundTask Notifier::task()
{
    config::BackgroundTask task = config::repeat("notifications", executor_, [this] { return round(); });
    task.run = [this, run = std::move(task.run)] { return run_then_release(run); };
    task.stop = [this, stop = std::move(task.stop)] {
        stopping_ = true;
        mailer_.stop();
        stop();
    };
    return task;
}

asio::awaitable<void> Notifier::run_then_release(std::function<asio::awaitable<void>()> run)
{
    co_await run();
    while (!lanes_.empty())
        co_await lane_ended_.wait();
    co_await notifications_.release(holder_);
}

config::BackgroundTask Notifier::probing_task()
{
    return config::repeat("mail server", executor_, [this] { return probe(); });
}

asio::awaitable<Notifier::Time> Notifier::probe()
{
    if (!mailer_.is_set() || !fault_of(options_.mail).empty()) co_return Time::max();
    const std::string before = mailer_.problem();
    const std::string fault = co_await mailer_.probe();
    if (fault != before && !fault.empty())
        config::log(config::LogLevel::warning, "mail.unusable",
                    {{"reason", fault}, {"advice", "texts are sent all the same; check SMTP_URL and the mail server"}});
    co_return Clock::now() + probe_interval;
}

asio::awaitable<Notifier::Time> Notifier::round()
{
    co_await look_at_alarms();
    const bool is_held = co_await hold();
    if (!is_held) co_return Clock::now() + options_.poll;
    co_await read_events();
    co_await look_at_endpoints();
    co_await look_at_sign_ins();
    co_await send_due();
    co_await forget_old();
    co_return Clock::now() + options_.poll;
}

// A notification can only be queued when PostgreSQL answers again, and soon after that the journal is empty: its
// highest count is remembered until then.
asio::awaitable<void> Notifier::look_at_alarms()
{
    const Alarms alarms = alarms_();
    journaled_ = std::max(journaled_, alarms.journaled_receipts);
    std::vector<db::Notification> notifications;
    if (alarms.receipts_silent) notifications.push_back(about_silent_receipts(options_.dashboard));
    if (journaled_ > 0) notifications.push_back(about_journal(journaled_, options_.dashboard));
    std::erase_if(notifications, [&](const auto& each) { return quiet_until_[each.cause] > Clock::now(); });
    journaled_ = notifications.empty() ? 0 : journaled_;
    if (notifications.empty()) co_return;
    const std::vector<db::Notification> noted = notifications;
    co_await notifications_.queue(std::move(notifications));
    for (const db::Notification& each : noted)
        quiet_until_[each.cause] = Clock::now() + alarm_interval;
    journaled_ = 0;
}

asio::awaitable<bool> Notifier::hold()
{
    if (Clock::now() < renew_at_) co_return true;
    const bool is_held = co_await notifications_.lease(holder_);
    if (!is_held) co_return false;
    renew_at_ = Clock::now() + options_.lease / 3;
    held_until_ = Clock::now() + options_.lease / 2; // what a lane begins until then ends before the lease does
    co_return true;
}

asio::awaitable<void> Notifier::read_events()
{
    const std::vector<db::NotableEvent> events = co_await notifications_.events(events_together);
    if (events.empty()) co_return;
    std::vector<db::Notification> notifications;
    for (const db::NotableEvent& event : events)
        if (auto notification = about_event(event, options_.dashboard))
            notifications.push_back(std::move(*notification));
    co_await notifications_.queue(std::move(notifications), events.back().number, holder_);
}

asio::awaitable<void> Notifier::look_at_endpoints()
{
    const std::vector<db::DisabledEndpoint> endpoints = co_await notifications_.disabled_endpoints();
    std::vector<db::Notification> notifications;
    notifications.reserve(endpoints.size());
    for (const db::DisabledEndpoint& endpoint : endpoints)
        notifications.push_back(about_endpoint(endpoint, options_.dashboard));
    co_await queue_once_each(std::move(notifications));
}

asio::awaitable<void> Notifier::look_at_sign_ins()
{
    if (Clock::now() < sign_ins_at_) co_return;
    sign_ins_at_ = Clock::now() + sign_in_interval;
    const std::vector<db::NewSignIn> sign_ins = co_await notifications_.new_sign_ins();
    std::vector<db::Notification> notifications;
    notifications.reserve(sign_ins.size());
    for (const db::NewSignIn& sign_in : sign_ins)
        notifications.push_back(about_sign_in(sign_in, options_.dashboard));
    co_await queue_once_each(std::move(notifications));
}

// For causes that every round finds again. The database limits each to one an hour; this saves it most of the attempts.
asio::awaitable<void> Notifier::queue_once_each(std::vector<db::Notification> notifications)
{
    std::erase_if(notifications, [this](const db::Notification& each) {
        Time& quiet_until = quiet_until_[each.cause];
        if (quiet_until > Clock::now()) return true;
        quiet_until = Clock::now() + options_.lease;
        return false;
    });
    if (!notifications.empty()) co_await notifications_.queue(std::move(notifications));
}

// E-mails leave one after another through one server, which may hang; each chat has its own server. No lane waits for
// another. One that was busy before the query is skipped: it may already have sent what the query found.
asio::awaitable<void> Notifier::send_due()
{
    const std::set<std::string> busy = lanes_;
    std::vector<db::DueNotification> due = co_await notifications_.due();
    std::map<std::string, std::vector<db::DueNotification>> by_lane;
    for (db::DueNotification& each : due)
        by_lane[lane_of(each)].push_back(std::move(each));
    for (auto& [lane, waiting] : by_lane) {
        if (stopping_ || busy.contains(lane) || lanes_.size() >= max_lanes) continue;
        lanes_.insert(lane);
        asio::co_spawn(executor_, run_lane(lane, std::move(waiting)), asio::detached);
    }
}

asio::awaitable<void> Notifier::run_lane(std::string lane, std::vector<db::DueNotification> due)
{
    try {
        for (db::DueNotification& each : due) {
            if (stopping_ || Clock::now() >= held_until_) break;
            co_await send_and_keep(std::move(each));
        }
    }
    catch (const std::exception& error) { // the round runs into the same fault and is restarted
        config::log_repeated(config::LogLevel::warning, "notification.not_recorded", {{"error", error.what()}});
    }
    lanes_.erase(lane);
    lane_ended_.wake();
}

asio::awaitable<void> Notifier::send_and_keep(db::DueNotification due)
{
    std::string fault = co_await send(due.kind, due.address, due.subject, due.body);
    if (stopping_ && !fault.empty()) co_return;
    if (!fault.empty())
        config::log(config::LogLevel::warning, "notification.failed",
                    {{"address", due.address_id}, {"attempts", due.attempts + 1}, {"reason", fault}});
    db::NotificationAttempt attempt = attempt_of(due, std::move(fault));
    co_await notifications_.keep(std::move(attempt));
}

asio::awaitable<void> Notifier::forget_old()
{
    if (Clock::now() < forget_at_) co_return;
    co_await notifications_.forget_old();
    std::erase_if(quiet_until_, [](const auto& each) { return each.second < Clock::now(); });
    forget_at_ = Clock::now() + forget_interval;
}

asio::awaitable<std::string> Notifier::send(std::string kind, std::string address, std::string subject,
                                            std::string body)
{
    if (kind == "email") return mailer_.send(std::move(address), std::move(subject), std::move(body));
    return send_to_chat(executor_, std::move(address), chat_payload(subject, body), options_.chat);
}

asio::awaitable<std::string> Notifier::test(db::NotificationAddress address)
{
    db::Notification notification = test_notification(options_.dashboard);
    return send(std::move(address.kind), std::move(address.address), std::move(notification.subject),
                std::move(notification.body));
}

} // namespace waybill::notify
