#include "server/tracking/history_recovery.hpp"

#include "config/log.hpp"
#include "config/repeated_lines.hpp"
#include "db/postgres/watch.hpp"
#include "db/upkeep/history_losses.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;

namespace
{

constexpr std::chrono::seconds between_rounds{1};
constexpr int rounds_between_signs = 60; // of life; history_answers in the schema relies on it
constexpr int batch = 1'000;

} // namespace

config::BackgroundTask HistoryRecovery::task()
{
    return config::repeat_every(between_rounds, "history recovery", executor_,
                                [this] { return db::unless_away(round()); });
}

asio::awaitable<void> HistoryRecovery::round()
{
    if (rounds_ == 0) co_await look();
    rounds_ = (rounds_ + 1) % rounds_between_signs;
    std::string loss = parts_.tickets.loss();
    auto work = advance(std::move(loss));
    co_await std::move(work);
}

asio::awaitable<void> HistoryRecovery::look()
{
    auto job = [&tickets = parts_.tickets](db::Transaction& tx) { tickets.say_alive(tx); };
    return parts_.database.transact(std::move(job));
}

asio::awaitable<void> HistoryRecovery::advance(std::string loss)
{
    if (loss.empty()) {
        stage_ = Stage::whole;
        co_return;
    }
    if (!parts_.recent.keeps()) co_return;
    if (stage_ == Stage::whole) {
        const bool is_own = parts_.tickets.gap().is_own();
        stage_ = is_own ? Stage::giving_back : Stage::looking_up;
        given_up_.clear();
    }
    if (stage_ == Stage::giving_back && !parts_.is_sending()) co_await give_back();
    if (stage_ == Stage::looking_up) co_await wait_for_look_ups();
    if (stage_ == Stage::answered) co_await answer();
}

asio::awaitable<void> HistoryRecovery::give_back()
{
    db::TicketGap gap = parts_.tickets.gap();
    auto asking = parts_.recent.covers(std::move(gap.present), std::move(gap.confirmed));
    const bool covers = co_await std::move(asking);
    if (!covers) {
        stage_ = Stage::undecidable;
        log(LogLevel::error, "history.not_kept",
            {{"advice", "JOURNAL_DIR does not hold all that the database lost, because it reaches back further than "
                        "JOURNAL_KEEP_MINUTES: look up at Twilio what has left, then run `waybill history accept`"}});
        co_return;
    }
    co_await give_up_claims();
    const std::int64_t receipts = co_await store_receipts();
    std::vector<db::InboundMessage> replies = co_await parts_.recent.replies();
    for (db::InboundMessage& reply : replies)
        co_await parts_.replies.keep(std::move(reply));
    log(LogLevel::warning, "history.given_back",
        {{"receipts", receipts}, {"replies", replies.size()}, {"to_be_looked_up", given_up_.size()}});
    stage_ = Stage::looking_up;
}

asio::awaitable<void> HistoryRecovery::give_up_claims()
{
    std::vector<db::RecentClaim> claims = co_await parts_.recent.claims();
    given_up_.clear();
    while (!claims.empty()) {
        const auto first = claims.end() - std::min<std::ptrdiff_t>(batch, std::ssize(claims));
        std::vector<db::RecentClaim> some(first, claims.end());
        claims.erase(first, claims.end());
        auto giving_up = db::give_up_claims(parts_.database, std::move(some));
        const std::vector<db::MessageId> ids = co_await std::move(giving_up);
        given_up_.insert(given_up_.end(), ids.begin(), ids.end());
    }
}

asio::awaitable<std::int64_t> HistoryRecovery::store_receipts()
{
    std::int64_t place = 0, count = 0;
    while (true) {
        std::vector<db::JournaledReceipt> some = co_await parts_.recent.receipts(place, batch);
        if (some.empty()) co_return count;
        place = some.back().place;
        count += std::ssize(some);
        std::vector<db::Receipt> receipts;
        receipts.reserve(some.size());
        for (const db::JournaledReceipt& each : some)
            receipts.push_back(each.receipt);
        bool is_refused = false;
        try {
            co_await parts_.receipts.apply(receipts);
        }
        catch (const db::DataError&) {
            is_refused = true;
        }
        if (!is_refused) continue;
        auto storing = store_one_by_one(std::move(some));
        co_await std::move(storing);
    }
}

// A receipt that PostgreSQL refuses was refused before, too.
asio::awaitable<void> HistoryRecovery::store_one_by_one(std::vector<db::JournaledReceipt> receipts)
{
    for (const db::JournaledReceipt& each : receipts) {
        try {
            const std::span<const db::Receipt> one(&each.receipt, 1);
            co_await parts_.receipts.apply(one);
        }
        catch (const db::DataError& error) {
            log(LogLevel::error, "receipt.refused_by_database",
                {{"message", each.receipt.message_id}, {"error", error.what()}});
        }
    }
}

asio::awaitable<void> HistoryRecovery::wait_for_look_ups()
{
    std::int64_t waiting = 0;
    if (!given_up_.empty()) {
        parts_.has_look_ups();
        std::vector<db::MessageId> messages = given_up_;
        auto counting = db::count_not_looked_up(parts_.database, std::move(messages));
        waiting = co_await std::move(counting);
    }
    if (waiting == 0)
        stage_ = Stage::answered;
    else
        config::log_repeated(LogLevel::warning, "history.looking_up",
                             {{"advice", "sending resumes when Twilio was asked about every message that may have "
                                         "left; RECONCILE_PER_SECOND bounds how fast"}});
}

asio::awaitable<void> HistoryRecovery::answer()
{
    db::TicketGap gap = parts_.tickets.gap();
    auto answering = db::answer_losses(parts_.database, std::move(gap.process), std::move(gap.gone));
    const bool is_decided = co_await std::move(answering);
    if (is_decided) log(LogLevel::warning, "history.reconciled", {{"advice", "sending resumes"}});
}

asio::awaitable<void> HistoryRecovery::leave()
{
    auto job = [&tickets = parts_.tickets](db::Transaction& tx) { tickets.say_ended(tx); };
    auto leaving = parts_.database.transact(std::move(job));
    co_await db::unless_away(std::move(leaving));
}

} // namespace waybill::tracking
