#include "db/postgres/watch.hpp"

#include "config/log.hpp"
#include "db/postgres/transaction.hpp"

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

constexpr std::chrono::seconds look_interval{1};
constexpr std::chrono::seconds freshness{5};

std::string read_missing_rights(Transaction& tx)
{
    return tx.exec("missing_rights").at(0)[0].as<std::string>();
}

asio::awaitable<void> look_at_rights(Database& database)
{
    const std::string missing = co_await database.autocommit(read_missing_rights);
    if (!missing.empty()) throw Forbidden(missing);
}

} // namespace

asio::awaitable<void> unless_away(asio::awaitable<void> work)
{
    try {
        co_await std::move(work);
    }
    catch (const Unavailable&) {
    }
}

std::string explain(const std::exception& error)
{
    const std::string_view text = error.what();
    const std::string_view first_line = text.substr(0, text.find('\n'));
    if (text.find("read-only") != std::string_view::npos)
        return "The database accepts no writes; point DATABASE_URL at the primary, or list all hosts in it";
    if (dynamic_cast<const Forbidden*>(&error))
        return "The database user lacks a right (" + std::string(first_line) +
               "); grant it, or let MIGRATE_DATABASE_URL name the role that owns Waybill's tables";
    if (dynamic_cast<const Unavailable*>(&error))
        return "The database cannot be reached; check PostgreSQL and DATABASE_URL";
    return "The database does not fit: " + std::string(first_line);
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
        config::repeat_every(look_interval, "database watch", executor_, [this] { return look(); });
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

std::string DatabaseWatch::problem() const
{
    if (reachable() && !is_unfit_) return {};
    if (!problem_.empty()) return problem_;
    return away_ || ready_ ? "The database does not answer in time; check PostgreSQL and the load of its machine"
                           : "Waybill is starting and connects to its database; try again in a second";
}

asio::awaitable<void> DatabaseWatch::look()
{
    try {
        co_await ask();
        problem_.clear();
        is_unfit_ = false;
        if (std::exchange(away_, false)) log(LogLevel::info, "database.back", {{"database", description_}});
    }
    catch (const std::exception& error) {
        const std::string problem = explain(error);
        const bool is_news = problem != problem_;
        is_unfit_ = dynamic_cast<const Unavailable*>(&error) == nullptr;
        problem_ = problem;
        if (!std::exchange(away_, true) || is_news)
            log(LogLevel::error, "database.away",
                {{"database", description_}, {"error", error.what()}, {"advice", problem + "; Waybill keeps trying"}});
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
    last_answer_ = steady_clock::now();
    co_await look_at_rights(database_);
}

} // namespace waybill::db
