#include "db/postgres/watch.hpp"

#include "config/log.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

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

DatabaseWatch::DatabaseWatch(asio::any_io_executor executor, Database& database, std::string description,
                             std::function<asio::awaitable<void>()> prepare)
    : database_(database),
      description_(std::move(description)),
      prepare_(std::move(prepare)),
      timer_(executor),
      became_ready_(executor, steady_clock::time_point::max())
{
}

asio::awaitable<void> DatabaseWatch::run()
{
    while (!stopping_) {
        const bool answered = co_await look();
        if (answered) {
            last_answer_ = steady_clock::now();
            if (std::exchange(away_, false)) log(LogLevel::info, "database.back", {{"database", description_}});
        }
        if (stopping_) break;
        timer_.expires_after(interval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void DatabaseWatch::stop()
{
    stopping_ = true;
    timer_.cancel();
    became_ready_.cancel();
}

asio::awaitable<void> DatabaseWatch::wait_until_ready()
{
    if (ready_ || stopping_) co_return;
    boost::system::error_code cancelled;
    co_await became_ready_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

bool DatabaseWatch::reachable() const
{
    return ready_ && steady_clock::now() - last_answer_ < freshness;
}

asio::awaitable<bool> DatabaseWatch::look()
{
    try {
        if (!ready_) {
            co_await prepare_();
            ready_ = true;
            became_ready_.cancel();
        }
        co_await database_.ping();
        co_return true;
    }
    catch (const std::exception& error) {
        if (!std::exchange(away_, true))
            log(LogLevel::error, "database.away",
                {{"database", description_},
                 {"error", error.what()},
                 {"advice", "check that PostgreSQL runs and that DATABASE_URL is right; Waybill keeps trying"}});
    }
    co_return false;
}

} // namespace waybill::db
