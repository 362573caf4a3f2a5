#include "db/journal/journal.hpp"

#include "db/postgres/threads.hpp"

#include <stdexcept>
#include <utility>

namespace waybill::db
{

struct Journal::State
{
    State(std::filesystem::path directory, std::uint64_t max_bytes) : store(std::move(directory), max_bytes) {}

    JournalStore store;
    Threads thread{1}; // last: joined before the store is closed
};

namespace
{

// Runs on the journal's thread; what the disk does becomes Unavailable.
template <class Job>
asio::awaitable<void> on_thread(Threads& thread, Job job)
{
    std::function<void()> guarded = [job = std::move(job)]() mutable {
        try {
            job();
        }
        catch (const std::runtime_error& error) { // SQLite's, or the file system's
            throw Unavailable(std::string("journal: ") + error.what());
        }
    };
    return thread.run(std::move(guarded));
}

} // namespace

Journal::Journal(std::filesystem::path directory, std::uint64_t max_bytes)
    : state_(std::make_unique<State>(std::move(directory), max_bytes))
{
}

Journal::~Journal() = default;

asio::awaitable<void> Journal::open()
{
    return on_thread(state_->thread, [state = state_.get()] { state->store.open(); });
}

asio::awaitable<void> Journal::append(std::span<const Receipt> receipts, std::shared_ptr<const void> owner)
{
    return on_thread(state_->thread, [state = state_.get(), receipts, owner] { state->store.append(receipts); });
}

asio::awaitable<std::vector<JournaledReceipt>> Journal::first(int limit)
{
    auto receipts = std::make_shared<std::vector<JournaledReceipt>>();
    auto job = [state = state_.get(), receipts, limit] { *receipts = state->store.first(limit); };
    co_await on_thread(state_->thread, std::move(job));
    co_return std::move(*receipts);
}

asio::awaitable<void> Journal::remove_through(std::int64_t place)
{
    return on_thread(state_->thread, [state = state_.get(), place] { state->store.remove_through(place); });
}

asio::awaitable<void> Journal::set_aside(std::int64_t place)
{
    return on_thread(state_->thread, [state = state_.get(), place] { state->store.set_aside(place); });
}

asio::awaitable<std::int64_t> Journal::erase(std::string number)
{
    auto erased = std::make_shared<std::int64_t>(0);
    auto job = [state = state_.get(), erased, number = std::move(number)] { *erased = state->store.erase(number); };
    co_await on_thread(state_->thread, std::move(job));
    co_return *erased;
}

asio::awaitable<void> Journal::look_for_room()
{
    return on_thread(state_->thread, [state = state_.get()] { state->store.look_for_room(); });
}

std::int64_t Journal::records() const
{
    return state_->store.records();
}

std::uint64_t Journal::bytes() const
{
    return state_->store.bytes();
}

bool Journal::full() const
{
    return state_->store.full();
}

} // namespace waybill::db
