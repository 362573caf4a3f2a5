#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

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
    Time ends;               // then the next day begins
    bool is_used_up = false; // by what was created before; otherwise a whole day's budget does not cover it
};

// Reserves the estimated cost in the transaction that creates. Throws OverDailyBudget. Creations of one principal that
// come at the same time wait for each other from here to the end of their transactions. When the rest of the budget
// does not cover another segment, the budget is used up, which is an event.
void spend(Transaction& tx, const Creator& creator, std::int64_t amount, std::int64_t price_per_segment);

// The event, once a day, of a refused creation; the second one in a transaction of its own.
void note_used_up(Transaction& tx, const Creator& creator);
asio::awaitable<void> note_used_up(Database& database, Creator creator);

} // namespace waybill::db
