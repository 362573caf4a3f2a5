#pragma once

#include "db/types/seconds_histogram.hpp"
#include "db/types/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

// Nearly every receipt says sent, delivered, undelivered or failed, for the first time, of a message that is accepted
// or sent. These are recorded by a statement that costs less than record_history, which does the same to them.
namespace waybill::db
{

class Transaction;

// Whether the statement may take it; whether it does is seen in the database.
bool is_usual(const Receipt& receipt);

struct UsualReceipts
{
    std::vector<const Receipt*> kept; // of the others nothing has changed: they are for record_history
    SecondsHistogram lag;             // as in Recorded
};

// Keeps receipts that are usual, of which no two concern the same message, and raises their messages; each statement of
// tx must commit by itself. Not kept are those whose message does not exist, is not raised, or was changed by somebody
// else in this very moment. Throws DataError when PostgreSQL refuses one of them; then nothing happened.
UsualReceipts record_usual(Transaction& tx, std::vector<const Receipt*> receipts);

} // namespace waybill::db
