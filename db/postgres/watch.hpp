#pragma once

#include "config/background_task.hpp"
#include "config/wakeup.hpp"
#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <string>

namespace waybill::db
{

// For work that may simply be left out while PostgreSQL is away: completes when it throws Unavailable, which
// DatabaseWatch logs.
asio::awaitable<void> unless_away(asio::awaitable<void> work);

// What is wrong with the database, and what to do about it, in one sentence.
std::string explain(const std::exception& error);

// Pings PostgreSQL once a second and looks whether all rights are held; logs once when it goes away and once when it is
// back.
class DatabaseWatch
{
public:
    // `prepare` runs before the database counts as reachable for the first time (migrations); it throws Unavailable to
    // be retried.
    DatabaseWatch(asio::any_io_executor executor, Database& database, std::string description,
                  std::function<asio::awaitable<void>()> prepare);

    config::BackgroundTask task();

    asio::awaitable<void> wait_until_ready(); // or until the task is stopped

    bool ready() const { return ready_; } // the schema exists; stays true when the database goes away later
    bool reachable() const;               // a ping was answered within the last five seconds
    std::string problem() const; // one sentence that says what to do; empty while it is reachable and may be used

private:
    asio::awaitable<void> look();
    asio::awaitable<void> ask();

    Database& database_;
    std::string description_;
    std::function<asio::awaitable<void>()> prepare_;
    asio::any_io_executor executor_;
    config::Wakeup became_ready_; // or is to stop
    std::chrono::steady_clock::time_point last_answer_{};
    std::string problem_;
    bool ready_ = false;
    bool away_ = false;     // or unfit
    bool is_unfit_ = false; // it answers and refuses: a right is missing, its version is too old
    bool stopping_ = false;
};

} // namespace waybill::db
