#pragma once

#include "db/receipts/reconciliation.hpp"
#include "db/requests/day_budget.hpp"
#include "db/upkeep/present_figures.hpp"
#include "server/api/parts.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
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

// The figures as PostgreSQL reports them now, or as they were last read while PostgreSQL is away or slow, so that it
// never delays the metrics. One reading at a time.
class FiguresMeter
{
public:
    explicit FiguresMeter(const Parts& parts) : parts_(parts) {}

    asio::awaitable<StoredFigures> read();

private:
    asio::awaitable<void> refresh(std::shared_ptr<asio::steady_timer> done);
    asio::awaitable<StoredFigures> ask();

    Parts parts_;
    StoredFigures last_;
    bool reading_ = false;
};

} // namespace waybill::api
