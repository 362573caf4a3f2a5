#include "db/journal/recent_commits.hpp"

#include "config/repeated_lines.hpp"
#include "db/postgres/threads.hpp"

#include <exception>
#include <optional>
#include <utility>

namespace waybill::db
{

using std::chrono::system_clock;

namespace
{

constexpr std::chrono::minutes forgets_every{1};

} // namespace

struct RecentCommits::State
{
    State(std::filesystem::path directory, std::chrono::minutes keep_for, std::uint64_t max_bytes)
        : keep(keep_for), store(directory, max_bytes)
    {
    }

    // A file that is full forgets half of what it holds, and holds it for a shorter time from then on.
    void run(const Keep& job)
    {
        if (!is_open || is_broken) return;
        try {
            run_in_room(job);
        }
        catch (const std::exception& error) {
            is_broken = true;
            config::log_repeated(config::LogLevel::error, "journal.keeps_nothing",
                                 {{"error", error.what()},
                                  {"advice", "what JOURNAL_KEEP_MINUTES promises does not hold until Waybill is "
                                             "restarted; make JOURNAL_DIR writable and make room in it"}});
        }
    }

    void run_in_room(const Keep& job)
    {
        try {
            job(store);
            return;
        }
        catch (const sqlite::Error& error) {
            if (error.result() != SQLITE_FULL) throw;
        }
        keep /= 2;
        config::log_repeated(config::LogLevel::warning, "journal.keeps_less",
                             {{"advice", "raise JOURNAL_MAX_BYTES: it has no room for JOURNAL_KEEP_MINUTES"}});
        store.forget(system_clock::now() - keep);
        job(store);
    }

    std::chrono::seconds keep;
    RecentStore store;
    bool is_open = false, is_broken = false; // on the thread
    Threads thread{1};                       // last: joined before the store is closed
};

RecentCommits::RecentCommits(std::filesystem::path directory, std::chrono::minutes keep, std::uint64_t max_bytes)
    : state_(std::make_unique<State>(std::move(directory), keep, max_bytes)), keeps_(keep.count() > 0)
{
}

RecentCommits::~RecentCommits() = default;

// A process that keeps nothing removes the file: what it holds would no longer be complete.
asio::awaitable<void> RecentCommits::open(std::string process, TicketNumbers confirmed)
{
    return state_->thread.run(
        [state = state_.get(), keeps = keeps_, process = std::move(process), confirmed = std::move(confirmed)] {
            try {
                if (keeps)
                    state->store.open(process, confirmed);
                else
                    state->store.remove();
                state->is_open = keeps;
            }
            catch (const std::exception& error) {
                config::log(config::LogLevel::error, "journal.keeps_nothing",
                            {{"error", error.what()}, {"advice", "make JOURNAL_DIR writable, then restart Waybill"}});
            }
        });
}

asio::awaitable<void> RecentCommits::keep(Keep job)
{
    return state_->thread.run([state = state_.get(), job = std::move(job)] { state->run(job); });
}

asio::awaitable<void> RecentCommits::claimed(std::vector<MessageId> messages, std::int64_t ticket)
{
    return keep([messages = std::move(messages), ticket](RecentStore& store) {
        store.keep_claims(messages, ticket, system_clock::now());
    });
}

asio::awaitable<void> RecentCommits::leaving(std::vector<MessageId> messages)
{
    return keep(
        [messages = std::move(messages)](RecentStore& store) { store.keep_leaving(messages, system_clock::now()); });
}

asio::awaitable<void> RecentCommits::settled(std::vector<MessageId> sent, std::vector<MessageId> not_sent,
                                             std::int64_t ticket)
{
    return keep([sent = std::move(sent), not_sent = std::move(not_sent), ticket](RecentStore& store) {
        store.keep_outcomes(sent, not_sent, ticket, system_clock::now());
    });
}

asio::awaitable<void> RecentCommits::received(std::span<const Receipt> receipts, std::int64_t ticket)
{
    return keep([receipts, ticket](RecentStore& store) { store.keep_receipts(receipts, ticket, system_clock::now()); });
}

asio::awaitable<void> RecentCommits::replied(InboundMessage reply, std::int64_t ticket)
{
    return keep([reply = std::move(reply), ticket](RecentStore& store) {
        store.keep_reply(reply, ticket, system_clock::now());
    });
}

config::BackgroundTask RecentCommits::task(asio::any_io_executor executor)
{
    return config::repeat_every(forgets_every, "recent commits", std::move(executor), [this] { return forget_old(); });
}

asio::awaitable<void> RecentCommits::forget_old()
{
    return keep([state = state_.get()](RecentStore& store) { store.forget(system_clock::now() - state->keep); });
}

template <class Result, class Job>
asio::awaitable<Result> RecentCommits::ask(Job job)
{
    auto result = std::make_shared<std::optional<Result>>();
    std::function<void()> guarded = [state = state_.get(), result, job = std::move(job)] {
        if (!state->is_open || state->is_broken) throw Unavailable("recent.sqlite is not open");
        try {
            result->emplace(job(state->store));
        }
        catch (const std::runtime_error& error) { // SQLite's, or the file system's
            throw Unavailable(std::string("recent.sqlite: ") + error.what());
        }
    };
    auto asking = state_->thread.run(std::move(guarded));
    co_await std::move(asking);
    co_return std::move(**result);
}

asio::awaitable<bool> RecentCommits::covers(TicketNumbers present, TicketNumbers confirmed)
{
    return ask<bool>([present = std::move(present), confirmed = std::move(confirmed)](RecentStore& store) {
        return store.covers(present, confirmed);
    });
}

asio::awaitable<std::vector<RecentClaim>> RecentCommits::claims()
{
    return ask<std::vector<RecentClaim>>([](RecentStore& store) { return store.claims(); });
}

asio::awaitable<std::vector<JournaledReceipt>> RecentCommits::receipts(std::int64_t above, int limit)
{
    return ask<std::vector<JournaledReceipt>>(
        [above, limit](RecentStore& store) { return store.receipts(above, limit); });
}

asio::awaitable<std::vector<InboundMessage>> RecentCommits::replies()
{
    return ask<std::vector<InboundMessage>>([](RecentStore& store) { return store.replies(); });
}

asio::awaitable<std::int64_t> RecentCommits::erase(std::string number)
{
    if (!keeps_) co_return 0;
    auto erasing = ask<std::int64_t>([number = std::move(number)](RecentStore& store) { return store.erase(number); });
    co_return co_await std::move(erasing);
}

} // namespace waybill::db
