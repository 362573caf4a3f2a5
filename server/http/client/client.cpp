#include "server/http/client/client.hpp"

#include "server/http/client/client_connection.hpp"
#include "server/http/client/client_messages.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace waybill::http
{

namespace
{

// The turns of a client, at most max_connections at a time and first come first served, and the idle connections
// between them. The holder of a turn has at most one connection, so that there are never more connections than turns.
class ClientPool
{
public:
    ClientPool(asio::any_io_executor executor, const ClientOptions& options); // options outlive it

    bool try_enter();                      // takes a turn when one is free
    asio::awaitable<bool> wait_to_enter(); // false when no turn came within the connect deadline
    void leave();                          // passes the turn to the waiter who has waited longest

    std::unique_ptr<ClientConnection> take_idle(); // the one used last that is still good; null when there is none
    void put_back(std::unique_ptr<ClientConnection> connection);
    void close(); // drops the idle connections, now and from now on
    std::size_t open_connections() const { return turns_taken_ + idle_.size(); }

private:
    struct Waiter;
    struct Idle
    {
        std::unique_ptr<ClientConnection> connection;
        ClientDeadline::Clock::time_point good_until;
    };

    void drop_expired();

    asio::any_io_executor executor_;
    const ClientOptions& options_;
    std::size_t turns_taken_ = 0;
    std::list<Waiter*> waiting_;
    std::deque<Idle> idle_; // the one used last at the back
    ClientDeadline idle_deadline_;
    bool closed_ = false;
};

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

} // namespace

struct Client::State
{
    State(asio::any_io_executor executor, const std::string& origin_text, ClientOptions given)
        : executor(executor),
          options(std::move(given)),
          origin(parse_origin(origin_text)),
          lookup(executor, origin),
          pool(executor, options)
    {
        if (origin.tls) tls.emplace(origin, options.ca_file);
    }

    static asio::awaitable<ClientResult> send(std::shared_ptr<State> state, ClientRequest request);
    asio::awaitable<ClientResult> exchange(const ClientRequest& request);

    asio::any_io_executor executor;
    ClientOptions options;
    Origin origin;
    std::optional<TlsContext> tls;
    NameLookup lookup;
    ClientPool pool;
    std::set<ClientConnection*> in_use;
    bool aborted = false;
};

Client::Client(asio::any_io_executor executor, const std::string& origin, ClientOptions options)
    : state_(std::make_shared<State>(std::move(executor), origin, std::move(options)))
{
}

Client::~Client()
{
    close();
}

asio::awaitable<ClientResult> Client::send(ClientRequest request)
{
    return State::send(state_, std::move(request));
}

// Keeps the state alive until the exchange has ended, whatever becomes of the client meanwhile.
asio::awaitable<ClientResult> Client::State::send(std::shared_ptr<State> state, ClientRequest request)
{
    if (!is_well_formed(request))
        co_return ClientFailure{false, "the request cannot be written as HTTP", FailedAt::request};
    if (!state->pool.try_enter()) {
        const bool entered = co_await state->pool.wait_to_enter();
        if (!entered) co_return ClientFailure{false, "all connections stayed busy", FailedAt::queue};
    }
    struct Turn
    {
        ClientPool& pool;
        ~Turn() { pool.leave(); }
    } turn{state->pool};
    if (state->aborted) co_return ClientFailure{false, "the client was closed", FailedAt::queue};
    ClientResult result = co_await state->exchange(request);
    co_return result;
}

asio::awaitable<ClientResult> Client::State::exchange(const ClientRequest& request)
{
    auto connection = pool.take_idle();
    const bool is_new = !connection;
    if (is_new) connection = std::make_unique<ClientConnection>(executor, origin, options, tls ? &*tls : nullptr);
    struct Use
    {
        std::set<ClientConnection*>& all;
        ClientConnection* one;
        ~Use() { all.erase(one); }
    } use{in_use, connection.get()};
    in_use.insert(use.one);
    if (is_new) {
        auto failure = co_await connection->open(lookup);
        if (failure) co_return std::move(*failure);
    }
    ClientResult result = co_await connection->exchange(request);
    if (connection->is_reusable()) pool.put_back(std::move(connection));
    co_return result;
}

std::size_t Client::open_connections() const
{
    return state_->pool.open_connections();
}

void Client::close()
{
    state_->pool.close();
}

void Client::abort()
{
    close();
    state_->aborted = true;
    for (ClientConnection* connection : state_->in_use)
        connection->abort();
}

} // namespace waybill::http
