#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>

// What may be spent on a day: DAILY_BUDGET, for everything that is sent by all processes together, and the budget of
// one principal, for what it creates.
namespace waybill::db
{

class Transaction;

struct DayBudget
{
    std::int64_t amount = 0;       // 1/10 000 USD
    std::string time_zone = "UTC"; // a day begins at its midnight
};

// A day as it stands.
struct BudgetDay
{
    std::string date; // 2026-03-31
    std::int64_t spent = 0;
    std::optional<std::int64_t> waiting_cost; // of the cheapest message that waits for the next day
    Time ends;

    bool is_used_up(const DayBudget& budget) const { return waiting_cost && spent + *waiting_cost > budget.amount; }
    std::int64_t left(const DayBudget& budget) const { return budget.amount > spent ? budget.amount - spent : 0; }
};

// The day of that moment, or today. Its row is locked until the transaction ends, so that processes take turns.
BudgetDay lock_day(Transaction& tx, const DayBudget& budget, std::optional<Time> moment = {});

// Of a day that is locked. `short_of`: the cheapest message for which not enough was left; empty: none.
void spend_day(Transaction& tx, const DayBudget& budget, const BudgetDay& day, std::int64_t cost,
               std::optional<std::int64_t> short_of = {});

// What creating a message returns when the rest of the day's budget does not cover it; nothing was stored.
struct DayUsedUp
{
    Time ends; // then the next one begins
};

// Reserves the cost of a message that leaves today, in the transaction that creates it. Returns the day that pays for
// it, nothing for one that leaves later: its claim reserves it then. Throws DayUsedUp.
std::optional<std::string> reserve_today(Transaction& tx, const std::optional<DayBudget>& budget, std::int64_t cost,
                                         std::optional<Time> leaves_at);

class BudgetDays
{
public:
    explicit BudgetDays(Database& database) : database_(database) {}

    asio::awaitable<BudgetDay> today(DayBudget budget);
    asio::awaitable<void> stop_waiting(); // no budget is set any more

private:
    Database& database_;
};

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
