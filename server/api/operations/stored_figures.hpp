#pragma once

#include "db/receipts/reconciliation.hpp"
#include "db/requests/budgets.hpp"
#include "db/upkeep/figures.hpp"
#include "server/api/parts.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace waybill::api
{

namespace asio = boost::asio;

// What only PostgreSQL knows; empty before the first reading, and a budget that is not set.
struct StoredFigures
{
    std::optional<db::Completeness> completeness;
    std::optional<db::PresentFigures> present;
    std::optional<db::BudgetDay> day;
};

asio::awaitable<StoredFigures> read_stored_figures(Parts parts);

} // namespace waybill::api
