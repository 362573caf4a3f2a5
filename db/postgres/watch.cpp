#include "db/postgres/watch.hpp"

#include "config/log.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace waybill::db
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::seconds interval{1};
constexpr std::chrono::seconds freshness{5};

} // namespace

asio::awaitable<void> unless_away(asio::awaitable<void> work)
{
    try {
        co_await std::move(work);
    }
    catch (const Unavailable&) {
    }
}

DatabaseWatch::DatabaseWatch(asio::any_io_executor executor, Database& database, std::string description,
                             std::function<asio::awaitable<void>()> prepare)
    : database_(database),
      description_(std::move(description)),
      prepare_(std::move(prepare)),
      executor_(executor),
      became_ready_(executor)
{
}

config::BackgroundTask DatabaseWatch::task()
{
    config::BackgroundTask task =
        config::repeat_every(interval, "database watch", executor_, [this] { return look(); });
    task.stop = [this, stop = std::move(task.stop)] {
        stopping_ = true;
        became_ready_.wake();
        stop();
    };
    return task;
}

asio::awaitable<void> DatabaseWatch::wait_until_ready()
{
    while (!ready_ && !stopping_)
        co_await became_ready_.wait();
}

bool DatabaseWatch::reachable() const
{
    return ready_ && steady_clock::now() - last_answer_ < freshness;
}

asio::awaitable<void> DatabaseWatch::look()
{
    try {
        co_await ask();
        last_answer_ = steady_clock::now();
        if (std::exchange(away_, false)) log(LogLevel::info, "database.back", {{"database", description_}});
    }
    catch (const std::exception& error) {
        if (!std::exchange(away_, true))
            log(LogLevel::error, "database.away",
                {{"database", description_},
                 {"error", error.what()},
                 {"advice", "check that PostgreSQL runs and that DATABASE_URL is right; Waybill keeps trying"}});
    }
}

asio::awaitable<void> DatabaseWatch::ask()
{
    if (!ready_) {
        co_await prepare_();
        ready_ = true;
        became_ready_.wake();
    }
    co_await database_.ping();
}

} // namespace waybill::db
