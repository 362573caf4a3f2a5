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
    if (amount > *creator.daily_budget) throw OverDailyBudget{};
    if (tx.exec("spend", creator.principal, amount, *creator.daily_budget).empty()) throw OverDailyBudget{};
    tx.exec("forget_spending", creator.principal, kept_days);
}

} // namespace waybill::db
