#include "db/requests/budgets.hpp"

#include "db/postgres/transaction.hpp"

#include <algorithm>
#include <utility>

namespace waybill::db
{

namespace
{

BudgetDay day_of(const pqxx::row& row)
{
    BudgetDay day;
    day.date = row["date"].as<std::string>();
    day.spent = row["spent"].as<std::int64_t>(0);
    if (!row["waiting_cost"].is_null()) day.waiting_cost = row["waiting_cost"].as<std::int64_t>();
    day.ends = time_of(row["ends"].as<std::int64_t>());
    return day;
}

} // namespace

BudgetDay lock_day(Transaction& tx, const DayBudget& budget, std::optional<Time> moment)
{
    pqxx::result rows = tx.exec("lock_day", micros(moment), budget.time_zone);
    while (rows.empty()) { // again if midnight comes in between
        tx.exec("make_day", micros(moment), budget.time_zone);
        rows = tx.exec("lock_day", micros(moment), budget.time_zone);
    }
    return day_of(rows[0]);
}

void spend_day(Transaction& tx, const DayBudget& budget, const BudgetDay& day, std::int64_t cost,
               std::optional<std::int64_t> short_of)
{
    std::optional<std::int64_t> waiting = day.waiting_cost;
    if (waiting && day.spent + cost + *waiting <= budget.amount) waiting.reset();
    if (short_of) waiting = std::min(waiting.value_or(*short_of), *short_of);
    if (cost == 0 && waiting == day.waiting_cost) return;
    tx.exec("spend_day", day.date, cost, waiting, budget.amount, budget.time_zone);
}

std::optional<std::string> reserve_today(Transaction& tx, const std::optional<DayBudget>& budget, std::int64_t cost,
                                         std::optional<Time> leaves_at)
{
    if (!budget) return std::nullopt;
    BudgetDay day = lock_day(tx, *budget);
    if (leaves_at && *leaves_at >= day.ends) return std::nullopt;
    if (cost > day.left(*budget)) throw DayUsedUp{day.ends};
    spend_day(tx, *budget, day, cost);
    return std::move(day.date);
}

asio::awaitable<BudgetDay> BudgetDays::today(DayBudget budget)
{
    return database_.transact(
        [budget = std::move(budget)](Transaction& tx) { return day_of(tx.exec("read_day", budget.time_zone).at(0)); });
}

asio::awaitable<void> BudgetDays::stop_waiting()
{
    return database_.transact([](Transaction& tx) { tx.exec("stop_waiting_for_day"); });
}

namespace
{

constexpr int kept_days = 7;

} // namespace

void spend(Transaction& tx, const Creator& creator, std::int64_t amount, std::int64_t price_per_segment)
{
    if (!creator.daily_budget) return;
    const std::int64_t budget = *creator.daily_budget;
    const std::string& zone = creator.time_zone;
    pqxx::result spent;
    if (amount <= budget) spent = tx.exec("spend", creator.principal, amount, budget, zone);
    if (spent.empty())
        throw OverDailyBudget{time_of(tx.exec("read_day", zone).at(0)["ends"].as<std::int64_t>()), amount <= budget};
    if (budget - spent[0][0].as<std::int64_t>() < price_per_segment) note_used_up(tx, creator);
    tx.exec("forget_spending", creator.principal, kept_days);
}

void note_used_up(Transaction& tx, const Creator& creator)
{
    tx.exec("note_budget_used_up", creator.principal, creator.daily_budget, creator.time_zone);
}

asio::awaitable<void> note_used_up(Database& database, Creator creator)
{
    return database.transact([creator = std::move(creator)](Transaction& tx) { note_used_up(tx, creator); });
}

} // namespace waybill::db
