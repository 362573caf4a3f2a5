#pragma once

#include "server/http/client/client_connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <list>
#include <memory>

namespace waybill::http
{

// The turns of a client, at most max_connections at a time and first come first served, and the idle connections
// between them. The holder of a turn has at most one connection, so that there are never more connections than turns.
class ClientPool
{
public:
    ClientPool(asio::any_io_executor executor, const ClientOptions& options); // options outlive it

    bool try_enter();                      // takes a turn when one is free
    asio::awaitable<bool> wait_to_enter(); // false when no turn came within the connect deadline
    void leave();                          // passes the turn to the waiter who has waited longest

    std::unique_ptr<ClientConnection> take_idle(); // the one used last that is still good; null when there is none
    void put_back(std::unique_ptr<ClientConnection> connection);
    void close(); // drops the idle connections, now and from now on
    std::size_t open_connections() const { return turns_taken_ + idle_.size(); }

private:
    struct Waiter;
    struct Idle
    {
        std::unique_ptr<ClientConnection> connection;
        ClientDeadline::Clock::time_point good_until;
    };

    void drop_expired();

    asio::any_io_executor executor_;
    const ClientOptions& options_;
    std::size_t turns_taken_ = 0;
    std::list<Waiter*> waiting_;
    std::deque<Idle> idle_; // the one used last at the back
    ClientDeadline idle_deadline_;
    bool closed_ = false;
};

} // namespace waybill::http
