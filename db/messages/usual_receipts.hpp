#pragma once

#include "db/types/seconds_histogram.hpp"
#include "db/types/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

// Nearly every receipt reports sent, delivered, undelivered or failed for the first time, about a message that is
// accepted or sent. record_usual records these at lower cost than record_history (history.hpp), with the same result.
namespace waybill::db
{

class Transaction;
struct Ticket;

// Whether record_usual may take the receipt; whether it does depends on the message in the database.
bool is_usual(const Receipt& receipt);

struct UsualReceipts
{
    std::vector<const Receipt*> kept; // the others changed nothing: they are for record_history
    SecondsHistogram lag;             // as in Recorded
    bool is_raised = false;           // the ticket
};

// Keeps usual receipts, no two of which concern the same message, and raises their messages; each statement of tx must
// commit on its own. Receipts are not kept if their message does not exist, is not raised, or is being changed by
// another transaction at this moment. The ticket commits with them, in
// whose lane they are counted. Throws DataError when PostgreSQL refuses one of
// them; then nothing happened.
UsualReceipts record_usual(Transaction& tx, std::vector<const Receipt*> receipts, const Ticket& ticket);

} // namespace waybill::db
