#pragma once

#include "db/database.hpp"
#include "db/seconds_histogram.hpp"
#include "db/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace waybill::db
{

struct AppliedCallbacks
{
    std::int64_t kept = 0;     // receipts that were not there before
    std::int64_t repeated = 0; // the same receipt again: added nothing
    std::int64_t stray = 0;    // for no message of ours, or from another account: kept apart
    SecondsHistogram lag;      // from the claim of a message to the receipt of its delivery
};

class Callbacks
{
public:
    Callbacks(Database& database, std::string account_sid) : database_(database), account_sid_(std::move(account_sid))
    {
    }

    // Keeps every receipt and raises its message, both in one transaction; idempotent. The usual receipts come first,
    // all others after them. The receipts live until it completes.
    asio::awaitable<AppliedCallbacks> apply(std::span<const StatusCallback> callbacks);

private:
    Database& database_;
    std::string account_sid_;
};

} // namespace waybill::db
