#pragma once

#include "db/journal/recent_commits.hpp"
#include "db/journal/tickets.hpp"
#include "db/postgres/database.hpp"
#include "db/types/seconds_histogram.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace waybill::db
{

struct AppliedReceipts
{
    std::int64_t kept = 0;     // receipts that are new
    std::int64_t repeated = 0; // the same receipt again: added nothing
    std::int64_t stray = 0;    // for no message of ours, or from another account: kept apart
    SecondsHistogram lag;      // from the claim of a message to the receipt of its delivery
};

class ReceiptStore
{
public:
    ReceiptStore(Database& database, std::string account_sid, Tickets* tickets = nullptr,
                 RecentCommits* recent = nullptr)
        : database_(database), account_sid_(std::move(account_sid)), tickets_(tickets), recent_(recent)
    {
    }

    // Keeps every receipt and raises its message, both in one transaction; idempotent. The usual receipts come first,
    // then all others. The receipts must live until it completes.
    asio::awaitable<AppliedReceipts> apply(std::span<const Receipt> receipts);

    // What the database lacks of what it has confirmed, in one sentence; empty: nothing. Receipts wait then.
    std::string history_lost() const { return tickets_ == nullptr ? std::string() : tickets_->loss(); }

private:
    Ticket next_ticket() const { return tickets_ == nullptr ? Ticket() : tickets_->next(TicketWriter::receipts); }
    void confirm(const Ticket& ticket, bool is_raised);
    asio::awaitable<AppliedReceipts> commit_and_keep(std::span<const Receipt> receipts);
    asio::awaitable<AppliedReceipts> commit(std::span<const Receipt> receipts);

    Database& database_;
    std::string account_sid_;
    Tickets* tickets_;
    RecentCommits* recent_;
};

} // namespace waybill::db
