#include "server/tracking/receipt_keeper.hpp"

#include "config/log.hpp"
#include "config/within.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;

namespace
{

constexpr int max_replay = 1'000;
constexpr int min_replay = 10;
// The receipts' only connection keeps the batches in order. An unusual receipt may be stored after the next batch's
// usual ones, as if it had come a little later.
constexpr db::GroupCommitLimits two_in_flight{.max_in_flight = 2};
constexpr std::chrono::milliseconds replay_pause{500};

} // namespace

ReceiptKeeper::ReceiptKeeper(asio::any_io_executor executor, db::ReceiptStore store, db::Journal& journal,
                             std::chrono::milliseconds commit_deadline)
    : store_(std::move(store)),
      journal_(journal),
      commit_deadline_(commit_deadline),
      commits_(
          executor, [this](ReceiptBatch batch) { return keep_batch(std::move(batch)); }, two_in_flight),
      journaled_(std::make_shared<config::Wakeup>(executor)),
      replay_size_(max_replay)
{
}

asio::awaitable<void> ReceiptKeeper::keep(db::Receipt receipt)
{
    return commits_.write(std::move(receipt));
}

asio::awaitable<void> ReceiptKeeper::keep_batch(ReceiptBatch batch)
{
    if (!journaling() && store_.history_lost().empty()) {
        const bool committed = co_await commit_in_time(batch);
        if (committed) {
            count_errors(batch);
            co_return;
        }
    }
    try {
        co_await journal_.append(batch.items, batch.owner);
    }
    catch (const db::Unavailable&) {
        away_ = false; // the next batch tries PostgreSQL: the journal may not be able to show that it is back
        throw;
    }
    counters_.journaled += batch.items.size();
    count_errors(batch);
    journaled_->wake();
}

// False when PostgreSQL is away or too slow; throws DataError for a bad receipt.
asio::awaitable<bool> ReceiptKeeper::commit_in_time(ReceiptBatch batch)
{
    try {
        asio::awaitable<void> work = commit(std::move(batch));
        const bool committed = co_await config::within(commit_deadline_, std::move(work));
        if (!committed) go_away("PostgreSQL did not commit in time");
        co_return committed;
    }
    catch (const db::DataError&) {
        throw;
    }
    catch (const std::exception& error) {
        go_away(error.what());
    }
    co_return false;
}

// Takes the batch, whose owner keeps the receipts should the commit outlast its deadline.
asio::awaitable<void> ReceiptKeeper::commit(ReceiptBatch batch)
{
    const db::AppliedReceipts applied = co_await store_.apply(batch.items);
    add(applied);
    if (journal_.records() == 0) come_back();
}

config::BackgroundTask ReceiptKeeper::replay_task()
{
    config::BackgroundTask task = config::repeat("receipt replay", journaled_, [this] { return replay(); });
    task.problem = [this] { return problem_; };
    return task;
}

asio::awaitable<config::Wakeup::Time> ReceiptKeeper::replay()
{
    const bool more = co_await replay_some();
    auto next = std::chrono::steady_clock::now();
    if (!more) next += replay_pause;
    co_return next;
}

// True when PostgreSQL has accepted a batch and the journal may hold another.
asio::awaitable<bool> ReceiptKeeper::replay_some()
{
    try {
        if (journal_.full()) co_await journal_.look_for_room();
        if (journal_.records() == 0 || !store_.history_lost().empty()) co_return false;
        const std::vector<db::JournaledReceipt> receipts = co_await journal_.first(replay_size_);
        if (receipts.empty()) co_return false;
        co_await replay_all(receipts);
    }
    catch (const std::exception& error) { // whatever is wrong, new receipts are still accepted
        const bool is_away = dynamic_cast<const db::Unavailable*>(&error) != nullptr;
        problem_ = is_away ? "" : error.what();                // DatabaseWatch knows when it is away
        replay_size_ = std::max(replay_size_ / 2, min_replay); // a slow PostgreSQL may manage fewer in time
        if (!std::exchange(replay_waits_, true))
            log(LogLevel::warning, "receipts.replay_waits",
                {{"error", error.what()},
                 {"journaled", journal_.records()},
                 {"advice", "the receipts stay in JOURNAL_DIR; the replay is retried every half second"}});
        co_return false;
    }
    replay_waits_ = false;
    problem_.clear();
    replay_size_ = max_replay;
    if (journal_.records() == 0) log(LogLevel::info, "receipts.journal_replayed", {{"receipts", counters_.replayed}});
    co_return true;
}

// PostgreSQL is back as soon as it commits, whether or not the journal can be emptied.
asio::awaitable<void> ReceiptKeeper::replay_all(const std::vector<db::JournaledReceipt>& receipts)
{
    const bool accepted = co_await replay_batch_of(receipts);
    come_back();
    if (accepted)
        co_await journal_.remove_through(receipts.back().place);
    else
        co_await replay_one_by_one(receipts);
    counters_.replayed += receipts.size();
}

// False when PostgreSQL refuses one of them.
asio::awaitable<bool> ReceiptKeeper::replay_batch_of(const std::vector<db::JournaledReceipt>& receipts)
{
    std::vector<db::Receipt> batch;
    batch.reserve(receipts.size());
    for (const db::JournaledReceipt& journaled : receipts)
        batch.push_back(journaled.receipt);
    try {
        const db::AppliedReceipts applied = co_await store_.apply(batch);
        add(applied);
        co_return true;
    }
    catch (const db::DataError&) {
    }
    co_return false;
}

// For a batch with a receipt that PostgreSQL refuses: the others must not wait for it.
asio::awaitable<void> ReceiptKeeper::replay_one_by_one(const std::vector<db::JournaledReceipt>& receipts)
{
    for (const db::JournaledReceipt& journaled : receipts) {
        std::string refusal;
        try {
            const std::span<const db::Receipt> one(&journaled.receipt, 1);
            const db::AppliedReceipts applied = co_await store_.apply(one);
            add(applied);
        }
        catch (const db::DataError& error) {
            refusal = error.what();
        }
        if (refusal.empty()) {
            co_await journal_.remove_through(journaled.place);
        }
        else {
            ++counters_.set_aside;
            log(LogLevel::error, "receipt.set_aside",
                {{"message", journaled.receipt.message_id},
                 {"error", refusal},
                 {"advice", "it stays in the journal; see the README"}});
            co_await journal_.set_aside(journaled.place);
        }
    }
}

void ReceiptKeeper::add(const db::AppliedReceipts& applied)
{
    counters_.kept += static_cast<std::uint64_t>(applied.kept);
    counters_.repeated += static_cast<std::uint64_t>(applied.repeated);
    counters_.stray += static_cast<std::uint64_t>(applied.stray);
    counters_.lag.add(applied.lag);
}

void ReceiptKeeper::count_errors(const ReceiptBatch& batch)
{
    for (const db::Receipt& receipt : batch.items)
        if (receipt.error_code.value_or(0) != 0) errors_.add(*receipt.error_code);
}

void ReceiptKeeper::go_away(const char* reason)
{
    away_ = true;
    if (std::exchange(away_logged_, true)) return;
    log(LogLevel::error, "receipts.to_journal",
        {{"error", reason},
         {"advice", "receipts wait on disk until PostgreSQL answers; check PostgreSQL and the space in JOURNAL_DIR"}});
}

void ReceiptKeeper::come_back()
{
    away_ = false;
    if (std::exchange(away_logged_, false))
        log(LogLevel::info, "receipts.database_back", {{"journaled", journal_.records()}});
}

} // namespace waybill::tracking
