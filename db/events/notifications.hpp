#pragma once

#include "db/events/deliveries.hpp"
#include "db/requests/audit.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// Where notifications go.
struct NotificationAddress
{
    std::int64_t id = 0;
    std::string kind;    // email, chat
    std::string address; // that of a chat is a secret
    std::string preset;  // everything, problems, nothing
    std::string created_by;
    Time created_at;
    std::optional<Time> attempted_at; // the last time
    std::string fault;                // of that attempt; empty: it was accepted
    std::int64_t waiting = 0;         // notifications
};

// An event, with the figures of its campaign at this moment.
struct NotableEvent
{
    EventNumber number = 0;
    std::string kind; // empty: none that is notable
    std::string campaign, campaign_name;
    std::string object;
    std::string principal; // whose budget it is
    std::optional<int> error_code;
    std::string reason;
    std::int64_t total = 0, delivered = 0, failed = 0, unknown = 0, replies = 0, opt_outs = 0;
};

struct DisabledEndpoint
{
    std::int64_t id = 0;
    std::string url, reason;
};

// A sign-in to an account that was used before, from a network that is new for it.
struct NewSignIn
{
    std::string email;
    std::string peer, network; // the same, but of IPv6: its /64
};

struct Notification
{
    std::string cause; // each is notified of once an hour at most
    bool is_problem = false;
    std::string subject, body;
};

struct DueNotification
{
    std::int64_t id = 0, address_id = 0;
    std::string kind, address, subject, body;
    int attempts = 0; // so far
};

enum class NotificationState
{
    sent,
    waits, // for its next attempt
    failed // for good
};

struct NotificationAttempt
{
    std::int64_t id = 0, address_id = 0;
    NotificationState state = NotificationState::sent;
    std::string fault;
    std::chrono::milliseconds wait{0};
};

class NotificationAddresses
{
public:
    explicit NotificationAddresses(Database& database) : database_(database) {}

    asio::awaitable<std::vector<NotificationAddress>> list(); // oldest first
    asio::awaitable<std::optional<NotificationAddress>> find(std::int64_t id);
    asio::awaitable<NotificationAddress> add(NotificationAddress address, Actor by);
    // What has no value stays as it is. Empty: there is no address with this id.
    asio::awaitable<std::optional<NotificationAddress>> change(std::int64_t id, std::optional<std::string> address,
                                                               std::optional<std::string> preset, Actor by);
    asio::awaitable<bool> remove(std::int64_t id, Actor by);
    asio::awaitable<void> note_test(std::int64_t id, std::string fault, Actor by);

private:
    Database& database_;
};

// Notifications on their way to the addresses. One process at a time turns events into notifications and sends them.
class Notifications
{
public:
    explicit Notifications(Database& database) : database_(database) {}

    asio::awaitable<bool> lease(Holder holder); // false: another process has it
    asio::awaitable<void> release(Holder holder);

    asio::awaitable<std::vector<NotableEvent>> events(int limit); // the last number comes at the end
    // Of the last hour, because no cause is repeated within one.
    asio::awaitable<std::vector<DisabledEndpoint>> disabled_endpoints();
    asio::awaitable<std::vector<NewSignIn>> new_sign_ins();

    // Queues each for every address that wants it. With a position: in the transaction that moves it, and not at all
    // when another process has the lease.
    asio::awaitable<void> queue(std::vector<Notification> notifications);
    asio::awaitable<void> queue(std::vector<Notification> notifications, EventNumber position, Holder holder);

    asio::awaitable<std::vector<DueNotification>> due(); // one of each address
    asio::awaitable<void> keep(NotificationAttempt attempt);
    asio::awaitable<void> forget_old();

private:
    Database& database_;
};

} // namespace waybill::db
