#include "server/tracking/receipt_keeper.hpp"

#include "config/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;

namespace
{

constexpr int replay_at_once = 1'000;
// Callbacks' one connection takes them in order; an unusual receipt may follow the next batch's usual ones, which only
// means that it came a little later.
constexpr db::GroupCommitLimits two_in_flight{.max_in_flight = 2};
constexpr std::chrono::milliseconds replay_pause{500};

} // namespace

// A commit that is under way; it may end after its deadline, when nobody waits for it any more.
struct ReceiptKeeper::Attempt
{
    explicit Attempt(asio::any_io_executor executor, std::chrono::milliseconds deadline) : timer(executor, deadline) {}
    asio::steady_timer timer;
    bool ended = false;
    std::exception_ptr error;
};

ReceiptKeeper::ReceiptKeeper(asio::any_io_executor executor, db::ReceiptStore callbacks, db::Journal& journal,
                             std::chrono::milliseconds commit_deadline)
    : executor_(executor),
      callbacks_(std::move(callbacks)),
      journal_(journal),
      commit_deadline_(commit_deadline),
      commits_(
          executor, [this](ReceiptBatch batch) { return keep(std::move(batch)); }, two_in_flight),
      wake_(executor)
{
}

asio::awaitable<void> ReceiptKeeper::write(db::Receipt receipt)
{
    return commits_.write(std::move(receipt));
}

asio::awaitable<void> ReceiptKeeper::keep(ReceiptBatch batch)
{
    if (!journaling()) {
        const bool committed = co_await commit_in_time(batch);
        if (committed) co_return;
    }
    try {
        co_await journal_.append(batch.items, batch.owner);
    }
    catch (const db::Unavailable&) {
        if (!journal_.full())
            away_ = false; // the disk fails: nothing is replayed that would tell when PostgreSQL is back
        throw;
    }
    counters_.journaled += batch.items.size();
    wake_.cancel();
}

// False when PostgreSQL is away or too slow; throws DataError for a bad receipt.
asio::awaitable<bool> ReceiptKeeper::commit_in_time(ReceiptBatch batch)
{
    auto commit = std::make_shared<Attempt>(executor_, commit_deadline_);
    asio::co_spawn(executor_, attempt(std::move(batch), commit), asio::detached);
    boost::system::error_code cancelled;
    if (!commit->ended) co_await commit->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (!commit->ended) {
        go_away("PostgreSQL did not commit in time");
        co_return false;
    }
    if (!commit->error) co_return true;
    try {
        std::rethrow_exception(commit->error);
    }
    catch (const db::DataError&) {
        throw;
    }
    catch (const std::exception& error) {
        go_away(error.what());
    }
    co_return false;
}

asio::awaitable<void> ReceiptKeeper::attempt(ReceiptBatch batch, std::shared_ptr<Attempt> attempt)
{
    try {
        const db::AppliedReceipts applied = co_await callbacks_.apply(batch.items);
        add(applied);
    }
    catch (...) {
        attempt->error = std::current_exception();
    }
    attempt->ended = true;
    attempt->timer.cancel();
}

asio::awaitable<void> ReceiptKeeper::replay()
{
    while (!stopping_) {
        const bool more = co_await replay_some();
        if (more || stopping_) continue;
        wake_.expires_after(replay_pause);
        boost::system::error_code cancelled;
        co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void ReceiptKeeper::stop()
{
    stopping_ = true;
    wake_.cancel();
}

// True when PostgreSQL took a batch and the journal may hold another.
asio::awaitable<bool> ReceiptKeeper::replay_some()
{
    if (journal_.records() == 0) co_return false;
    try {
        const std::vector<db::JournaledReceipt> receipts = co_await journal_.first(replay_at_once);
        if (receipts.empty()) co_return false;
        const bool taken = co_await replay_batch_of(receipts);
        if (taken)
            co_await journal_.remove_through(receipts.back().place);
        else
            co_await replay_one_by_one(receipts);
        counters_.replayed += receipts.size();
    }
    catch (const std::exception& error) { // whatever is wrong, new receipts are still taken
        if (!std::exchange(replay_waits_, true))
            log(LogLevel::warning, "receipts.replay_waits",
                {{"error", error.what()}, {"journaled", journal_.records()}});
        co_return false;
    }
    replay_waits_ = false;
    if (std::exchange(away_, false)) log(LogLevel::info, "receipts.database_back", {{"journaled", journal_.records()}});
    if (journal_.records() == 0) log(LogLevel::info, "receipts.journal_replayed", {{"receipts", counters_.replayed}});
    co_return true;
}

// False when PostgreSQL refuses one of them.
asio::awaitable<bool> ReceiptKeeper::replay_batch_of(const std::vector<db::JournaledReceipt>& receipts)
{
    std::vector<db::Receipt> batch;
    for (const db::JournaledReceipt& journaled : receipts)
        batch.push_back(journaled.receipt);
    try {
        const db::AppliedReceipts applied = co_await callbacks_.apply(batch);
        add(applied);
        co_return true;
    }
    catch (const db::DataError&) {
    }
    co_return false;
}

// For a batch that holds one that PostgreSQL refuses: the others must not wait for it.
asio::awaitable<void> ReceiptKeeper::replay_one_by_one(const std::vector<db::JournaledReceipt>& receipts)
{
    for (const db::JournaledReceipt& journaled : receipts) {
        std::string refusal;
        try {
            const std::span<const db::Receipt> one(&journaled.receipt, 1);
            const db::AppliedReceipts applied = co_await callbacks_.apply(one);
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
                 {"advice", "kept in the journal; see the README"}});
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

void ReceiptKeeper::go_away(const char* reason)
{
    if (std::exchange(away_, true)) return;
    log(LogLevel::error, "receipts.to_journal",
        {{"error", reason},
         {"advice", "receipts wait on disk until PostgreSQL answers; check it and the space in JOURNAL_DIR"}});
}

} // namespace waybill::tracking
