#pragma once

#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace waybill::db
{

struct GroupCommitLimits
{
    std::size_t max_pending = 20'000; // beyond it write() throws Unavailable immediately
    std::size_t max_batch = 1'000;
    int max_in_flight = 1; // more only where Apply itself keeps the batches in order
};

// Items that share a commit. Keep a copy of `owner` if you may read `items` after the commit has timed out.
template <class Item>
struct Batch
{
    std::span<const Item> items;
    std::shared_ptr<const void> owner;
};

// Concurrent writes share a commit: the first write starts one, those that arrive meanwhile form the next. One commit
// is in flight at a time, so order is kept. All calls on the executor's thread.
template <class Item>
class GroupCommit
{
public:
    // Makes the items durable; throws when it cannot. It must be idempotent: a commit whose reply was lost may run
    // again.
    using Apply = std::function<asio::awaitable<void>(Batch<Item>)>;

    GroupCommit(asio::any_io_executor executor, Apply apply, GroupCommitLimits limits = {})
        : state_(std::make_shared<State>(std::move(executor), std::move(apply), limits))
    {
    }

    // Completes when the item is durable; throws what the commit threw when it is not. A DataError concerns this item
    // alone: the batch is halved until the bad item is on its own.
    asio::awaitable<void> write(Item item)
    {
        auto initiate = [state = state_](auto handler, Item value) {
            state->pending_items.push_back(std::move(value));
            state->pending_waiters.push_back(std::make_unique<HandlerWaiter<decltype(handler)>>(std::move(handler)));
            start_commits(state);
        };
        if (state_->pending_items.size() >= state_->limits.max_pending)
            throw Unavailable("too many writes are waiting for PostgreSQL");
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
            initiate, asio::use_awaitable, std::move(item));
    }

    std::size_t pending() const { return state_->pending_items.size(); }
    std::uint64_t commits() const { return state_->commits; }

private:
    struct Waiter
    {
        virtual ~Waiter() = default;
        virtual void complete(std::exception_ptr error) = 0;
    };

    template <class Handler>
    struct HandlerWaiter : Waiter
    {
        explicit HandlerWaiter(Handler h) : handler(std::move(h)) {}
        void complete(std::exception_ptr error) override
        {
            auto executor = asio::get_associated_executor(handler);
            asio::dispatch(executor, [handler = std::move(handler), error]() mutable { handler(error); });
        }
        Handler handler;
    };

    using Items = std::vector<Item>;
    using Waiters = std::vector<std::unique_ptr<Waiter>>;

    struct State
    {
        State(asio::any_io_executor e, Apply a, GroupCommitLimits l)
            : executor(std::move(e)), apply(std::move(a)), limits(l)
        {
        }
        asio::any_io_executor executor;
        Apply apply;
        GroupCommitLimits limits;
        Items pending_items;
        Waiters pending_waiters;
        int in_flight = 0;
        std::size_t last_size = 0; // of the batch that was handed over last
        std::uint64_t commits = 0;
    };

    // A further batch is handed over while one is in flight as soon as it is as large: it then starts without waiting
    // for this thread, and it would hardly grow, since nearly all writers are waiting.
    static bool is_time_to_commit(const State& state)
    {
        if (state.pending_items.empty()) return false;
        if (state.in_flight == 0) return true;
        return state.in_flight < state.limits.max_in_flight && state.pending_items.size() >= state.last_size;
    }

    static void start_commits(const std::shared_ptr<State>& state)
    {
        while (is_time_to_commit(*state)) {
            const std::size_t size = std::min(state->pending_items.size(), state->limits.max_batch);
            auto items = std::make_shared<const Items>(take_front(state->pending_items, size));
            Waiters waiters = take_front(state->pending_waiters, size);
            ++state->in_flight;
            state->last_size = size;
            asio::co_spawn(state->executor, commit_all(state, std::move(items), std::move(waiters)), asio::detached);
        }
    }

    static asio::awaitable<void> commit_all(std::shared_ptr<State> state, std::shared_ptr<const Items> items,
                                            Waiters waiters)
    {
        Batch<Item> batch{*items, items};
        std::span<std::unique_ptr<Waiter>> all_waiters(waiters);
        co_await commit(state, std::move(batch), all_waiters);
        --state->in_flight;
        start_commits(state);
    }

    static asio::awaitable<void> commit(std::shared_ptr<State> state, Batch<Item> batch,
                                        std::span<std::unique_ptr<Waiter>> waiters)
    {
        std::exception_ptr error;
        bool bad_item = false;
        try {
            co_await state->apply(batch);
            ++state->commits;
        }
        catch (const DataError&) {
            error = std::current_exception();
            bad_item = true;
        }
        catch (...) {
            error = std::current_exception();
        }
        if (bad_item && batch.items.size() > 1) {
            const std::size_t half = batch.items.size() / 2;
            Batch<Item> first{batch.items.first(half), batch.owner};
            Batch<Item> second{batch.items.subspan(half), batch.owner};
            co_await commit(state, std::move(first), waiters.first(half));
            co_await commit(state, std::move(second), waiters.subspan(half));
            co_return;
        }
        answer(state, waiters, error);
    }

    // Posted, so that the next commit is on its way before the writers of this one resume: PostgreSQL works meanwhile.
    static void answer(const std::shared_ptr<State>& state, std::span<std::unique_ptr<Waiter>> waiters,
                       std::exception_ptr error)
    {
        auto answered =
            std::make_shared<Waiters>(std::make_move_iterator(waiters.begin()), std::make_move_iterator(waiters.end()));
        asio::post(state->executor, [answered, error] {
            for (auto& waiter : *answered)
                waiter->complete(error);
        });
    }

    template <class Container>
    static Container take_front(Container& from, std::size_t count)
    {
        if (count == from.size()) return std::exchange(from, {});
        Container front(std::make_move_iterator(from.begin()), std::make_move_iterator(from.begin() + count));
        from.erase(from.begin(), from.begin() + count);
        return front;
    }

    std::shared_ptr<State> state_;
};

} // namespace waybill::db
