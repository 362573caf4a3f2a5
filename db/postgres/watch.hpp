#pragma once

#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace waybill::db
{

// Watches PostgreSQL: pings it once a second, logs once when it goes away and once when it is back.
class DatabaseWatch
{
public:
    // `prepare` runs before the database counts as reachable for the first time (migrations); it throws Unavailable to
    // be retried.
    DatabaseWatch(asio::any_io_executor executor, Database& database, std::string description,
                  std::function<asio::awaitable<void>()> prepare);

    asio::awaitable<void> run(); // until stop()
    void stop();

    asio::awaitable<void> wait_until_ready(); // or stopped

    bool ready() const { return ready_; } // the schema exists; stays true when the database goes away later
    bool reachable() const;               // a ping was answered within the last five seconds

private:
    asio::awaitable<bool> look();

    Database& database_;
    std::string description_;
    std::function<asio::awaitable<void>()> prepare_;
    asio::steady_timer timer_;
    asio::steady_timer became_ready_; // cancelled then
    std::chrono::steady_clock::time_point last_answer_{};
    bool ready_ = false;
    bool away_ = false;
    bool stopping_ = false;
};

} // namespace waybill::db
