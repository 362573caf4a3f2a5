#pragma once

#include "db/messages/history.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// A message that Twilio is to be asked about: unknown, without a final status for long, or in conflict.
struct Lookup
{
    MessageId id = 0;
    MessageStatus status{};
    bool in_conflict = false; // two different final statuses were reported
    std::string sid;          // empty: the reply to its send was lost
    std::string sender;       // E.164; empty when the Messaging Service picked one
    std::string recipient;
    std::string body;
    Time claimed_at;
    std::optional<Time> lost_at; // when it became unknown
};

// Our other messages that Twilio's records of a message may belong to: same recipient, same text, same days.
struct Rivals
{
    std::vector<std::string> sids;
    bool unsettled = false; // one of them has no known sid yet
};

// What was learned from one look at Twilio.
struct LookupOutcome
{
    MessageId message_id = 0;
    std::optional<HistoryEntry> entry; // what Twilio says: kept and applied
    std::optional<Time> look_again;    // unless the entry settles the message; empty: never again
};

// Of all campaigns: messages that Twilio accepted, and those with a final status, by what reported it first.
struct Completeness
{
    std::int64_t accepted = 0, by_receipt = 0, by_lookup = 0;
};

// Which messages Twilio is to be asked about, and what the answers were.
class Reconciliation
{
public:
    explicit Reconciliation(Database& database) : database_(database) {}

    // Unknown ones, those in conflict and those looked at before, whose time has come; the longest overdue first.
    asio::awaitable<std::vector<MessageId>> due(Time now, int limit);

    asio::awaitable<std::optional<Lookup>> find(MessageId id); // empty: settled meanwhile
    asio::awaitable<Rivals> rivals(MessageId id);
    asio::awaitable<void> record(LookupOutcome outcome); // idempotent
    asio::awaitable<Completeness> completeness() const;

private:
    Database& database_;
};

} // namespace waybill::db
