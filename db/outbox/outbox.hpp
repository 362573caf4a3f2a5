#pragma once

#include "db/journal/recent_commits.hpp"
#include "db/journal/tickets.hpp"
#include "db/outbox/claim.hpp"
#include "db/outbox/outcomes.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace waybill::db
{

// Whether a claimed message may still leave.
enum class Permit
{
    send,
    opted_out,      // the recipient, since the claim
    settled,        // something is known about it
    held,           // its campaign was paused or canceled, its lease was lost, or this process is stopping
    account_paused, // by a fault
    sender_paused
};

// A claim's hold on a message: it is lost when the lease ends or another attempt begins.
struct Lease
{
    MessageId message_id = 0;
    int attempt = 0;
    bool leaves = false; // before its permit is asked for again: if it may, its request counts as sent from then on
};

// What became of leases that ran out.
struct ExpiredLeases
{
    std::size_t undone = 0;  // their requests had not left: their messages are pending again
    std::size_t unknown = 0; // their requests may have left
};

// The rows that may still be POSTed.
class Outbox
{
public:
    // With tickets, nothing is claimed while the database lacks what it has confirmed.
    explicit Outbox(Database& database, Tickets* tickets = nullptr, RecentCommits* recent = nullptr)
        : Outbox(database, database, tickets, recent)
    {
    }

    // `outcomes`: connections of its own for them, with DatabaseOptions::by_key.
    Outbox(Database& database, Database& outcomes, Tickets* tickets, RecentCommits* recent)
        : database_(database), outcomes_(outcomes), tickets_(tickets), recent_(recent)
    {
    }

    // Leases due messages of senders and campaigns that may send now and marks them `sending`; reserves their slots
    // with their senders and their segments with their budgets. Committed when it completes, and the directory of the
    // tickets knows it.
    asio::awaitable<Claim> claim(ClaimRequest request);

    // Reserves new slots for messages that missed theirs, so that they do not leave between those of other processes.
    // Returns when the first one begins, not before that time.
    asio::awaitable<Time> reserve(std::string sender, std::chrono::microseconds length, Time not_before);

    // One per lease, in the same order; committed when it completes.
    asio::awaitable<std::vector<Permit>> permits(std::vector<Lease> leases);

    // Ends leases that have expired. The messages become `pending` again where their requests have certainly not left,
    // and `unknown` where they may have.
    asio::awaitable<ExpiredLeases> expire_leases();

    // Ends up to `limit` free messages of canceled campaigns as `canceled`; unknown ones stay unknown. Returns how
    // many.
    asio::awaitable<std::size_t> end_canceled(std::vector<std::int64_t> campaigns, int limit);

    // Records outcomes, the usual ones first, then all others in one transaction; idempotent. Returns the campaigns
    // that now have nothing left to send. The outcomes must live until it completes.
    asio::awaitable<std::vector<std::int64_t>> settle(std::span<const SendOutcome> outcomes);

private:
    bool keeps() const;
    Ticket next_ticket() const { return tickets_ == nullptr ? Ticket() : tickets_->next(TicketWriter::outcomes); }
    asio::awaitable<UsualOutcomes> settle_usual(std::span<const SendOutcome> outcomes, Ticket ticket);
    asio::awaitable<std::vector<std::int64_t>> settle_carefully(std::span<const SendOutcome> outcomes, Ticket ticket);
    asio::awaitable<std::vector<Permit>> ask_permits(std::vector<Lease> leases);
    asio::awaitable<std::vector<Permit>> permits_and_keep(std::vector<Lease> leases);

    Database& database_;
    Database& outcomes_;
    Tickets* tickets_;
    RecentCommits* recent_;
};

} // namespace waybill::db
