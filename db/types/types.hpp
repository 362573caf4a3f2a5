#pragma once

#include "db/types/message_status.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Ids and plain values that cross rooms. Times are UTC; money is in 1/10 000 USD unless a name says otherwise.
namespace waybill::db
{

using Time = std::chrono::system_clock::time_point;
using MessageId = std::int64_t; // made by PostgreSQL: creation second * 2^30 + a sequence; written as decimal digits

// A time as statements bind and return it: microseconds since 1970. Empty is NULL.
inline std::int64_t micros(Time time)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

inline std::optional<std::int64_t> micros(const std::optional<Time>& time)
{
    if (!time) return std::nullopt;
    return micros(*time);
}

inline Time time_of(std::int64_t micros)
{
    return Time(std::chrono::microseconds(micros));
}

// One of Twilio's delivery receipts, parsed.
struct Receipt
{
    MessageId message_id = 0;
    std::string message_sid;
    std::string account_sid; // empty: none, or the SIDs disagree; then the receipt moves no message
    std::string status;      // Twilio's word, as received
    std::optional<int> error_code;
    std::string raw_dlr_done_date; // carrier time as received; empty when absent
    std::string idempotency_token; // empty when absent
    std::string extra_json;        // every other parameter, a JSON object; empty when none
    Time received_at;
};

// What an inbound message asks for when it is one of Twilio's keywords.
enum class Keyword
{
    stop,
    start,
    help
};

// A message that came in at one of our numbers, parsed.
struct InboundMessage
{
    std::string sid;
    Time received_at;
    std::string from; // who wrote: E.164, or as received when it is no phone number
    bool from_is_number = false;
    std::string to; // our number
    std::string body;
    std::optional<Keyword> keyword;
    bool looks_like_opt_out = false; // a wish in other words than a keyword
    bool may_lift = false;           // it is beyond doubt what Twilio sent, so START lifts an opt-out
    std::string extra_json;          // every other parameter, a JSON object; empty when none
};

// --- intake of a campaign ------------------------------------------------------------------------------------------

enum class RejectReason
{
    missing_fields,
    phone_number,
    date,
    empty_value, // of a column that the message uses
    duplicate,
    opted_out,
    no_consent, // the list says that the person wants no texts
    too_long,
    empty_message,
    texted_recently, // by a campaign; the row is valid
    always_quiet     // its number may belong to zones of which one is always in its quiet hours
};

struct RejectedRow
{
    std::int64_t row = 0; // data records from 1, blank lines not counted
    RejectReason reason{};
    std::string message;   // for people: `Invalid phone number format`
    std::string data_json; // the row as an object, header -> value, in column order
    std::int64_t line = 0; // as a spreadsheet numbers it
    std::string hint{};    // what is wrong with the value: `one digit too many`; may be empty
};

struct Recipient
{
    std::int64_t row = 0;
    std::string phone_number; // E.164
    std::string customer_name;
    bool lapsed = false;   // only lapsed ones become messages
    std::string body;      // empty unless lapsed
    int segments = 0;      // 0 unless lapsed
    std::string data_json; // as RejectedRow::data_json, in case the row is rejected later (opted out)
    std::int64_t line = 0; // as RejectedRow::line
    // The time zones that its number may belong to, `&` between them; empty unless quiet hours need them. Static text.
    std::string_view zones{};
};

struct RecipientBatch
{
    std::vector<Recipient> recipients; // valid rows
    std::vector<RejectedRow> rejected;
    std::vector<RejectedRow> left_out = {}; // valid rows that get no message
};

// Fills the batch with the next rows of an upload; false at its end. Called off the loop, on changing threads, one call
// at a time.
using NextBatch = std::function<bool(RecipientBatch&)>;

// The rejected rows of an upload that have one reason.
struct ReasonCount
{
    RejectReason reason{};
    std::string message; // without what differs from row to row
    std::int64_t count = 0;
    std::int64_t first_line = 0;
};

// What an upload held. valid = totalCustomersUploaded; lapsed of these get a message.
struct IntakeSummary
{
    std::int64_t valid = 0;
    std::int64_t lapsed = 0;
    std::int64_t rejected = 0; // includes duplicates and opted_out
    std::int64_t duplicates = 0;
    std::int64_t opted_out = 0;              // includes no_consent
    std::int64_t no_consent = 0;             // the list itself says no
    std::int64_t texted_recently = 0;        // valid and lapsed, but a campaign has texted them: no message
    std::int64_t segments = 0;               // of the lapsed ones
    std::string sample_body;                 // the first lapsed recipient's message
    std::vector<RejectedRow> first_rejected; // the first 100, by row
    std::vector<ReasonCount> reasons;        // the most frequent first
};

} // namespace waybill::db
