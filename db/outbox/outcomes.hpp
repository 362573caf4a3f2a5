#pragma once

#include "db/messages/history.hpp"
#include "db/types/types.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace waybill::db
{

class Transaction;
struct Ticket;

// What became of a claimed message: an entry that ends it, or it goes back into the outbox, or it is dropped because it
// has ended already.
struct SendOutcome
{
    HistoryEntry entry;           // kept and applied unless the message goes back or is dropped
    std::optional<Time> retry_at; // back into the outbox, free to be claimed from then on
    bool dropped = false;
    int attempt = 0;              // of the claim: a later claim's row is left alone
    int segments_back = 0;        // to the campaign's budget; below 0: Twilio counts more than we
    std::int64_t campaign_id = 0; // when it has a budget, else 0
    std::int64_t day_price = 0;   // of a segment that the day's budget paid for; 0: it paid for none
};

// The careful way to record outcomes of any kind, in a transaction; idempotent. Returns the campaigns that now have
// nothing left to send.
std::vector<std::int64_t> record_outcomes(Transaction& tx, std::span<const SendOutcome> outcomes);

// Nearly every outcome is that Twilio accepted a message of which no receipt has come yet. record_accepted records
// these at lower cost than record_outcomes, with the same result.

// Whether record_accepted may take the outcome; whether it does depends on the message in the database.
bool is_usual(const SendOutcome& outcome);

struct UsualOutcomes
{
    std::vector<MessageId> kept;         // the others are for record_outcomes
    std::vector<std::int64_t> completed; // campaigns that now have nothing left to send
    bool is_raised = false;              // the ticket
};

// Records the first outcome of each message if it is usual, in one statement; each statement of tx must commit on its
// own. The ticket commits with them. Throws DataError when PostgreSQL refuses one of them; then nothing happened.
UsualOutcomes record_accepted(Transaction& tx, std::span<const SendOutcome> outcomes, const Ticket& ticket);

// Those that were not kept, in the order in which they came. The kept ones are the first of their messages.
std::vector<SendOutcome> all_but(const std::vector<MessageId>& kept, std::span<const SendOutcome> outcomes);

} // namespace waybill::db
