#include "db/events/notifications.hpp"

#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(NotificationAddress, (),
                      (id, kind, address, preset, created_by, created_at, attempted_at, fault, waiting))
BOOST_DESCRIBE_STRUCT(NotableEvent, (),
                      (number, kind, campaign, campaign_name, object, principal, error_code, reason, total, delivered,
                       failed, unknown, replies, opt_outs))
BOOST_DESCRIBE_STRUCT(DisabledEndpoint, (), (id, url, reason))
BOOST_DESCRIBE_STRUCT(NewSignIn, (), (email, peer, network))
BOOST_DESCRIBE_STRUCT(DueNotification, (), (id, address_id, kind, address, subject, body, attempts))

namespace
{

std::string word_for(NotificationState state)
{
    if (state == NotificationState::sent) return "sent";
    return state == NotificationState::failed ? "failed" : "waiting";
}

std::optional<std::string> fault_or_null(const std::string& fault)
{
    if (fault.empty()) return std::nullopt;
    return fault;
}

std::optional<NotificationAddress> find_address(Transaction& tx, std::int64_t id)
{
    if (id <= 0) return std::nullopt;
    return read_first<NotificationAddress>(tx.exec("list_notification_addresses", id));
}

void queue_all(Transaction& tx, const std::vector<Notification>& notifications)
{
    for (const Notification& each : notifications)
        tx.exec("queue_notification", each.cause, each.is_problem, each.subject, each.body);
}

Action notification_action(std::int64_t id, const char* name)
{
    return {name, std::to_string(id)};
}

} // namespace

asio::awaitable<std::vector<NotificationAddress>> NotificationAddresses::list()
{
    return database_.transact(
        [](Transaction& tx) { return read_rows<NotificationAddress>(tx.exec("list_notification_addresses", 0)); });
}

asio::awaitable<std::optional<NotificationAddress>> NotificationAddresses::find(std::int64_t id)
{
    return database_.transact([id](Transaction& tx) { return find_address(tx, id); });
}

asio::awaitable<NotificationAddress> NotificationAddresses::add(NotificationAddress address, Actor by)
{
    std::string principal = by.principal;
    return db::change(database_, std::move(by), {"notification.add", ""},
                      [address = std::move(address), principal = std::move(principal)](Transaction& tx) {
                          const pqxx::result rows = tx.exec("add_notification_address", address.kind, address.address,
                                                            address.preset, principal);
                          return find_address(tx, rows.at(0)[0].as<std::int64_t>()).value();
                      });
}

asio::awaitable<std::optional<NotificationAddress>> NotificationAddresses::change(std::int64_t id,
                                                                                  std::optional<std::string> address,
                                                                                  std::optional<std::string> preset,
                                                                                  Actor by)
{
    return db::change(database_, std::move(by), notification_action(id, "notification.change"),
                      [id, address = std::move(address), preset = std::move(preset)](Transaction& tx) {
                          tx.exec("change_notification_address", id, address, preset);
                          return find_address(tx, id);
                      });
}

asio::awaitable<bool> NotificationAddresses::remove(std::int64_t id, Actor by)
{
    return db::change(database_, std::move(by), notification_action(id, "notification.remove"),
                      [id](Transaction& tx) { return tx.exec("remove_notification_address", id).affected_rows() > 0; });
}

asio::awaitable<void> NotificationAddresses::note_test(std::int64_t id, std::string fault, Actor by)
{
    return database_.transact([id, fault = std::move(fault), by = std::move(by),
                               action = notification_action(id, "notification.test")](Transaction& tx) {
        tx.exec("keep_attempt", id, fault_or_null(fault));
        record_action(tx, by, action);
    });
}

asio::awaitable<bool> Notifications::lease(Holder holder)
{
    return database_.transact([holder = std::move(holder)](Transaction& tx) {
        return !tx.exec("lease_notifications", holder.name, holder.lease.count()).empty();
    });
}

asio::awaitable<void> Notifications::release(Holder holder)
{
    return database_.transact(
        [name = std::move(holder.name)](Transaction& tx) { tx.exec("release_notifications", name); });
}

asio::awaitable<std::vector<NotableEvent>> Notifications::events(int limit)
{
    return database_.transact(
        [limit](Transaction& tx) { return read_rows<NotableEvent>(tx.exec("events_to_notify", limit)); });
}

asio::awaitable<std::vector<DisabledEndpoint>> Notifications::disabled_endpoints()
{
    return database_.transact(
        [](Transaction& tx) { return read_rows<DisabledEndpoint>(tx.exec("disabled_endpoints")); });
}

asio::awaitable<std::vector<NewSignIn>> Notifications::new_sign_ins()
{
    return database_.transact([](Transaction& tx) { return read_rows<NewSignIn>(tx.exec("new_sign_ins")); });
}

asio::awaitable<void> Notifications::queue(std::vector<Notification> notifications)
{
    return database_.transact(
        [notifications = std::move(notifications)](Transaction& tx) { queue_all(tx, notifications); });
}

asio::awaitable<void> Notifications::queue(std::vector<Notification> notifications, EventNumber position, Holder holder)
{
    return database_.transact(
        [notifications = std::move(notifications), position, name = std::move(holder.name)](Transaction& tx) {
            if (!tx.exec("keep_notified_position", name, position).empty()) queue_all(tx, notifications);
        });
}

asio::awaitable<std::vector<DueNotification>> Notifications::due()
{
    return database_.transact([](Transaction& tx) { return read_rows<DueNotification>(tx.exec("due_notifications")); });
}

asio::awaitable<void> Notifications::keep(NotificationAttempt attempt)
{
    return database_.transact([attempt = std::move(attempt)](Transaction& tx) {
        tx.exec("keep_notification", attempt.id, word_for(attempt.state), attempt.wait.count());
        tx.exec("keep_attempt", attempt.address_id, fault_or_null(attempt.fault));
    });
}

asio::awaitable<void> Notifications::forget_old()
{
    return database_.transact([](Transaction& tx) { tx.exec("forget_notifications"); });
}

} // namespace waybill::db
