#pragma once

#include "config/background_task.hpp"
#include "db/journal/recent_store.hpp"
#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace waybill::db
{

// What this process has committed in the last JOURNAL_KEEP_MINUTES, in JOURNAL_DIR: claims until some time after their
// outcomes, receipts and replies. A database that turns out to have lost them gets them back. If something
// cannot be kept, this is logged, and nothing is covered any more; the calls that keep something never throw.
class RecentCommits
{
public:
    RecentCommits(std::filesystem::path directory, std::chrono::minutes keep, std::uint64_t max_bytes);
    ~RecentCommits();

    bool keeps() const { return keeps_; } // false: JOURNAL_KEEP_MINUTES is 0, and all calls do nothing

    // Call it when the tickets have begun; `confirmed` are theirs.
    asio::awaitable<void> open(std::string process, TicketNumbers confirmed);

    // Call these after each commit, with its ticket, and before doing what it permits. Of a claim: the messages that
    // leave without another permit.
    asio::awaitable<void> claimed(std::vector<MessageId> messages, std::int64_t ticket);
    asio::awaitable<void> leaving(std::vector<MessageId> messages); // those that got their permits later
    asio::awaitable<void> settled(std::vector<MessageId> sent, std::vector<MessageId> not_sent, std::int64_t ticket);
    asio::awaitable<void> received(std::span<const Receipt> receipts, std::int64_t ticket); // they outlive it
    asio::awaitable<void> replied(InboundMessage reply, std::int64_t ticket);

    config::BackgroundTask task(asio::any_io_executor executor); // forgets what is old, once a minute

    // As RecentStore; these throw Unavailable when the file cannot be read.
    asio::awaitable<bool> covers(TicketNumbers present, TicketNumbers confirmed);
    asio::awaitable<std::vector<RecentClaim>> claims();
    asio::awaitable<std::vector<JournaledReceipt>> receipts(std::int64_t above, int limit);
    asio::awaitable<std::vector<InboundMessage>> replies();
    asio::awaitable<std::int64_t> erase(std::string number);

private:
    struct State;
    using Keep = std::function<void(RecentStore&)>;
    asio::awaitable<void> keep(Keep job);
    asio::awaitable<void> forget_old();
    template <class Result, class Job>
    asio::awaitable<Result> ask(Job job);

    std::unique_ptr<State> state_;
    const bool keeps_;
};

} // namespace waybill::db
