#pragma once

#include "db/types/seconds_histogram.hpp"
#include "db/types/types.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The one way in which the status of a claimed message changes: something is reported about it, the report is kept, and
// the status rises.
namespace waybill::db
{

class Transaction;

constexpr int opted_out_code = 21610; // Twilio's: the recipient has written STOP, to Twilio if not to us

enum class HistorySource
{
    send,
    receipt,
    lookup,
    operator_
};

struct HistoryEntry
{
    MessageId message_id = 0;
    Time at;
    std::string word;                    // Twilio's status as received, or ours when Twilio gave none
    std::optional<MessageStatus> status; // what the word means; empty: kept, moves nothing
    bool proves_acceptance = false;      // Twilio has the message
    std::string sid;
    std::optional<int> error_code;
    std::string raw_dlr_done_date;
    std::string idempotency_token;
    std::string extra_json;
    std::optional<int> segments; // Twilio's own count
    std::optional<std::int64_t> price_micros;
};

struct Recorded
{
    std::int64_t known = 0;              // entries whose message exists
    std::int64_t kept = 0;               // entries that are new
    std::vector<std::int64_t> completed; // campaigns that now have nothing left to send
    std::vector<std::size_t> stray;      // indexes of the entries whose message does not exist
    SecondsHistogram receipt_lag; // from the claim of a message to the receipt of its delivery, of the newly delivered
};

// Keeps the entries and raises the messages' statuses, in one transaction and in order: a status only moves to one of
// higher rank, each status keeps the time at which it was first reported, counters move along. The same receipt again
// adds nothing. Of two different final statuses the first stays and a conflict is noted, which the next look-up
// settles. Messages that are unknown or in conflict get a time at which Twilio is to be asked about them
// (Reconciliation). Also opts out recipients whose messages Twilio refused for that, after all other locks.
//
// This is the careful way, for everything; record_usual (usual_receipts.hpp) is the fast way for most receipts.
Recorded record_history(Transaction& tx, HistorySource source, std::span<const HistoryEntry> entries);

// The same receipt gives the same number; the numbers of other entries differ by their time as well.
std::int64_t fingerprint(HistorySource source, const HistoryEntry& entry);
std::int64_t fingerprint(const Receipt& receipt); // as of its entry

std::string_view name_of(HistorySource source);

} // namespace waybill::db
