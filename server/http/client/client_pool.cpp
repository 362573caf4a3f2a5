#include "server/http/client/client_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace waybill::http
{

// Waits in the queue for as long as it lives. A turn that it was given but did not use passes to the next.
struct ClientPool::Waiter
{
    explicit Waiter(ClientPool& owner)
        : pool(owner),
          timer(owner.executor_, owner.options_.connect_deadline),
          place(pool.waiting_.insert(pool.waiting_.end(), this))
    {
    }

    ~Waiter()
    {
        if (!called)
            pool.waiting_.erase(place);
        else if (!entered)
            pool.leave();
    }

    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    ClientPool& pool;
    asio::steady_timer timer;
    std::list<Waiter*>::iterator place;
    bool called = false;
    bool entered = false;
};

ClientPool::ClientPool(asio::any_io_executor executor, const ClientOptions& options)
    : executor_(executor), options_(options), idle_deadline_(executor, [this] { drop_expired(); })
{
}

bool ClientPool::try_enter()
{
    if (turns_taken_ == options_.max_connections) return false;
    ++turns_taken_;
    return true;
}

asio::awaitable<bool> ClientPool::wait_to_enter()
{
    Waiter waiter(*this);
    co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    waiter.entered = waiter.called;
    co_return waiter.entered;
}

void ClientPool::leave()
{
    if (waiting_.empty()) {
        --turns_taken_;
        return;
    }
    Waiter* next = waiting_.front();
    waiting_.pop_front();
    next->called = true;
    next->timer.cancel();
}

std::unique_ptr<ClientConnection> ClientPool::take_idle()
{
    const auto now = ClientDeadline::Clock::now();
    while (!idle_.empty()) {
        Idle last = std::move(idle_.back());
        idle_.pop_back();
        if (now < last.good_until && last.connection->is_quiet()) return std::move(last.connection);
    }
    return nullptr;
}

void ClientPool::put_back(std::unique_ptr<ClientConnection> connection)
{
    if (closed_) return;
    const auto good_until = ClientDeadline::Clock::now() + options_.idle_limit;
    idle_.push_back(Idle{std::move(connection), good_until});
    idle_deadline_.set(idle_.front().good_until);
}

void ClientPool::drop_expired()
{
    const auto now = ClientDeadline::Clock::now();
    while (!idle_.empty() && idle_.front().good_until <= now)
        idle_.pop_front();
    if (!idle_.empty()) idle_deadline_.set(idle_.front().good_until);
}

void ClientPool::close()
{
    closed_ = true;
    idle_.clear();
    idle_deadline_.cancel();
}

} // namespace waybill::http
