#pragma once

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
    ReceiptStore(Database& database, std::string account_sid)
        : database_(database), account_sid_(std::move(account_sid))
    {
    }

    // Keeps every receipt and raises its message, both in one transaction; idempotent. The usual receipts come first,
    // then all others. The receipts must live until it completes.
    asio::awaitable<AppliedReceipts> apply(std::span<const Receipt> receipts);

private:
    Database& database_;
    std::string account_sid_;
};

} // namespace waybill::db
