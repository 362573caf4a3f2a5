#include "db/requests/spending.hpp"

#include "db/postgres/transaction.hpp"

namespace waybill::db
{

namespace
{

constexpr int kept_days = 7;

} // namespace

void spend(Transaction& tx, const Creator& creator, std::int64_t amount)
{
    if (!creator.daily_budget) return;
    const std::int64_t budget = *creator.daily_budget;
    const std::string& zone = creator.time_zone;
    if (amount > budget || tx.exec("spend", creator.principal, amount, budget, zone).empty())
        throw OverDailyBudget{time_of(tx.exec("read_day", zone).at(0)["ends"].as<std::int64_t>())};
    tx.exec("forget_spending", creator.principal, kept_days);
}

} // namespace waybill::db
