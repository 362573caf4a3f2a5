#include "db/requests/spending.hpp"

#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

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
