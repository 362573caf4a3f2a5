#include "server/api/operations/stored_figures.hpp"

#include <utility>

namespace waybill::api
{

asio::awaitable<StoredFigures> read_stored_figures(Parts parts)
{
    StoredFigures figures;
    figures.completeness = co_await parts.reconciliation.completeness();
    figures.present = co_await db::read_present_figures(parts.database);
    if (parts.rules.day_budget) {
        db::BudgetDays days(parts.database);
        db::DayBudget budget = *parts.rules.day_budget;
        figures.day = co_await days.today(std::move(budget));
    }
    co_return figures;
}

} // namespace waybill::api
