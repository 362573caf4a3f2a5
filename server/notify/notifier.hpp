#pragma once

#include "config/background_task.hpp"
#include "config/wakeup.hpp"
#include "db/events/notifications.hpp"
#include "server/notify/chat.hpp"
#include "server/notify/mailer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace waybill::notify
{

struct NotifierOptions
{
    MailOptions mail;
    std::chrono::milliseconds mail_deadline{15'000};
    ChatOptions chat;
    std::string dashboard;                   // its URL; empty: unknown
    std::chrono::milliseconds poll{1'000};   // before new events are looked for again
    std::chrono::milliseconds lease{60'000}; // another process takes over when it has run out
};

// What is wrong with this process, rather than with what all of them share.
struct Alarms
{
    bool receipts_silent = false;
    std::int64_t journaled_receipts = 0;
};

// What passes before a notification is sent again that has failed so often; empty: it was the last attempt.
std::optional<std::chrono::milliseconds> pause_after(int failed_attempts);

// Turns events and alarms into notifications, and sends them. Several processes share the work: one at a time has it.
class Notifier
{
public:
    Notifier(asio::any_io_executor executor, db::Database& database, NotifierOptions options,
             std::function<Alarms()> alarms);

    config::BackgroundTask task();
    config::BackgroundTask probing_task(); // whether the mail server can be used

    // Sends a test now; why it failed, or an empty text.
    asio::awaitable<std::string> test(db::NotificationAddress address);

    const NotifierOptions& options() const { return options_; }
    const Mailer& mailer() const { return mailer_; }

private:
    using Time = config::Wakeup::Time;

    asio::awaitable<void> run_then_release(std::function<asio::awaitable<void>()> run);
    asio::awaitable<Time> round();
    asio::awaitable<Time> probe();
    asio::awaitable<void> look_at_alarms();
    asio::awaitable<bool> hold();
    asio::awaitable<void> read_events();
    asio::awaitable<void> look_at_endpoints();
    asio::awaitable<void> look_at_sign_ins();
    asio::awaitable<void> queue_once_each(std::vector<db::Notification> notifications);
    asio::awaitable<void> send_due();
    asio::awaitable<void> run_lane(std::string lane, std::vector<db::DueNotification> due);
    asio::awaitable<void> send_and_keep(db::DueNotification due);
    asio::awaitable<void> forget_old();
    asio::awaitable<std::string> send(std::string kind, std::string address, std::string subject, std::string body);

    asio::any_io_executor executor_;
    db::Notifications notifications_;
    NotifierOptions options_;
    std::function<Alarms()> alarms_;
    Mailer mailer_;
    db::Holder holder_;
    bool stopping_ = false;
    std::int64_t journaled_ = 0;              // the most since the last notification of it
    std::map<std::string, Time> quiet_until_; // by the cause
    std::set<std::string> lanes_;             // that send now
    config::Wakeup lane_ended_;
    Time renew_at_{}, held_until_{}, sign_ins_at_{}, forget_at_{};
};

} // namespace waybill::notify
