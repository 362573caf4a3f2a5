#include "server/api/operations/figures_meter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::chrono::milliseconds max_wait_for_figures{200};

} // namespace

asio::awaitable<StoredFigures> FiguresMeter::read()
{
    if (reading_) co_return last_;
    reading_ = true;
    const auto executor = co_await asio::this_coro::executor;
    auto done = std::make_shared<asio::steady_timer>(executor, max_wait_for_figures);
    asio::co_spawn(executor, refresh(done), asio::detached);
    boost::system::error_code cancelled;
    if (reading_) co_await done->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return last_;
}

asio::awaitable<void> FiguresMeter::refresh(std::shared_ptr<asio::steady_timer> done)
{
    try {
        last_ = co_await ask();
    }
    catch (const std::exception&) { // PostgreSQL is away or not migrated yet: the last reading stays
    }
    reading_ = false;
    done->cancel();
}

asio::awaitable<StoredFigures> FiguresMeter::ask()
{
    StoredFigures figures;
    figures.completeness = co_await parts_.reconciliation.completeness();
    figures.present = co_await db::read_present_figures(parts_.database);
    if (parts_.rules.day_budget) {
        db::BudgetDays days(parts_.database);
        db::DayBudget budget = *parts_.rules.day_budget;
        figures.day = co_await days.today(std::move(budget));
    }
    co_return figures;
}

} // namespace waybill::api
