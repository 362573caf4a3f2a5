#include "db/reports/single_figures.hpp"

#include "config/log.hpp"
#include "db/postgres/transaction.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace waybill::db
{

namespace
{

constexpr std::chrono::seconds interval{5};

} // namespace

asio::awaitable<void> SingleFigures::run()
{
    while (!stopping_) {
        co_await try_to_fold();
        if (stopping_) break;
        timer_.expires_after(interval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void SingleFigures::stop()
{
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> SingleFigures::fold()
{
    return database_.transact([](Transaction& tx) { tx.exec("fold_singles"); });
}

asio::awaitable<void> SingleFigures::try_to_fold()
{
    try {
        co_await fold();
    }
    catch (const Unavailable&) { // logged by the watch of the database; the next round folds it
    }
    catch (const std::exception& error) {
        config::log(config::LogLevel::warning, "reports.not_folded",
                    {{"error", error.what()}, {"advice", "figures stay right; Waybill retries in seconds"}});
    }
}

} // namespace waybill::db
