#pragma once

#include "db/types/types.hpp"

#include <cstdint>
#include <optional>
#include <string>

// What a principal with a daily budget may still create today.
namespace waybill::db
{

class Transaction;

struct Creator
{
    std::string principal;                    // empty: created without signing in
    std::optional<std::int64_t> daily_budget; // 1/10 000 USD; nothing: no limit
    std::string time_zone = "UTC";            // a day of the budget begins at its midnight
};

// What creating returns when the rest of the day's budget does not cover it; nothing was stored.
struct OverDailyBudget
{
    Time ends; // then the next day begins
};

// Reserves the estimated cost in the transaction that creates. Throws OverDailyBudget. Creations of one principal that
// come at the same time wait for each other from here to the end of their transactions.
void spend(Transaction& tx, const Creator& creator, std::int64_t amount);

} // namespace waybill::db
