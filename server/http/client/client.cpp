#include "server/http/client/client.hpp"

#include "server/http/client/client_messages.hpp"
#include "server/http/client/client_pool.hpp"

#include <optional>
#include <set>
#include <utility>

namespace waybill::http
{

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
