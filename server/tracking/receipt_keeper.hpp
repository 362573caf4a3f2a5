#pragma once

#include "config/background_task.hpp"
#include "db/journal/journal.hpp"
#include "db/postgres/group_commit.hpp"
#include "db/receipts/store.hpp"
#include "db/types/types.hpp"
#include "server/twilio/errors.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace waybill::tracking
{

namespace asio = boost::asio;

struct ReceiptCounters
{
    std::uint64_t kept = 0;      // receipts that were new
    std::uint64_t repeated = 0;  // the same receipt again
    std::uint64_t stray = 0;     // for no message of ours
    std::uint64_t journaled = 0; // acknowledged while PostgreSQL was away or slow
    std::uint64_t replayed = 0;  // of these, stored in PostgreSQL later
    std::uint64_t set_aside = 0; // refused by PostgreSQL during a replay
    db::SecondsHistogram lag;    // from the claim of a message to the receipt of its delivery
};

// Makes receipts durable: in PostgreSQL, by group commit; in the journal while PostgreSQL is away, slower than the
// deadline, or has lost recent history. The journal is replayed in order when PostgreSQL answers again, while new
// receipts go directly to PostgreSQL. Replaying a receipt twice changes nothing.
class ReceiptKeeper
{
public:
    ReceiptKeeper(asio::any_io_executor executor, db::ReceiptStore store, db::Journal& journal,
                  std::chrono::milliseconds commit_deadline);

    // Completes when the receipt is durable; throws Unavailable when it cannot be made durable, and DataError when
    // PostgreSQL refuses it.
    asio::awaitable<void> keep(db::Receipt receipt);

    config::BackgroundTask replay_task(); // of the open journal

    // Whether receipts go to the journal now. While the journal is empty, the next receipt tries PostgreSQL first.
    bool journaling() const { return away_ && journal_.records() > 0; }
    std::uint64_t commits() const { return commits_.commits(); }
    const ReceiptCounters& counters() const { return counters_; }
    const twilio::ErrorCounts& errors() const { return errors_; } // that receipts report

private:
    using ReceiptBatch = db::Batch<db::Receipt>;

    asio::awaitable<void> keep_batch(ReceiptBatch batch);
    asio::awaitable<bool> commit_in_time(ReceiptBatch batch);
    asio::awaitable<void> commit(ReceiptBatch batch);
    asio::awaitable<config::Wakeup::Time> replay();
    asio::awaitable<bool> replay_some();
    asio::awaitable<void> replay_all(const std::vector<db::JournaledReceipt>& receipts);
    asio::awaitable<bool> replay_batch_of(const std::vector<db::JournaledReceipt>& receipts);
    asio::awaitable<void> replay_one_by_one(const std::vector<db::JournaledReceipt>& receipts);
    void add(const db::AppliedReceipts& applied);
    void count_errors(const ReceiptBatch& batch);
    void go_away(const char* reason);
    void come_back();

    db::ReceiptStore store_;
    db::Journal& journal_;
    std::chrono::milliseconds commit_deadline_;
    db::GroupCommit<db::Receipt> commits_;
    std::shared_ptr<config::Wakeup> journaled_; // there is something to replay
    int replay_size_;                           // receipts at a time; fewer after a failure
    ReceiptCounters counters_;
    twilio::ErrorCounts errors_;
    bool away_ = false;        // PostgreSQL, when it was last tried
    bool away_logged_ = false; // and not back yet
    bool replay_waits_ = false;
    std::string problem_; // the error that keeps the journal from being replayed; empty: none
};

} // namespace waybill::tracking
