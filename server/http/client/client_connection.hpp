#pragma once

#include "server/http/client/addresses.hpp"
#include "server/http/client/client.hpp"
#include "server/http/origin.hpp"
#include "server/http/tls/tls_stream.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace waybill::http
{

namespace asio = boost::asio;

// Calls `expire` when the deadline passes. One wait of the timer outlives many deadlines: only an earlier one arms it
// again, so that a deadline costs a busy connection two assignments.
class ClientDeadline
{
public:
    using Clock = std::chrono::steady_clock;

    ClientDeadline(asio::any_io_executor executor, std::function<void()> expire);
    ~ClientDeadline(); // `expire` is no longer called
    ClientDeadline(const ClientDeadline&) = delete;
    ClientDeadline& operator=(const ClientDeadline&) = delete;

    void set(Clock::time_point due);
    void clear();        // no deadline; a wait of the timer may still run out, unnoticed
    void cancel();       // the same, and leaves no wait that keeps the executor busy
    bool passed() const; // the last deadline has passed

private:
    struct State;
    static void arm(const std::shared_ptr<State>& state);

    std::shared_ptr<State> state_;
};

// One connection to the origin: opened once, then one exchange after the other. Every step has its deadline, which
// closes the socket. The origin, the options and the TLS context outlive it.
class ClientConnection
{
public:
    ClientConnection(asio::any_io_executor executor, const Origin& origin, const ClientOptions& options,
                     TlsContext* tls); // null: plain HTTP

    asio::awaitable<std::optional<ClientFailure>> open(NameLookup& lookup);
    asio::awaitable<ClientResult> exchange(const ClientRequest& request);

    void abort();             // what is under way fails
    bool is_reusable() const; // the last exchange left it open, and both sides mean to keep it
    bool is_quiet();          // the peer has neither closed it nor sent anything unasked

private:
    using Clock = ClientDeadline::Clock;

    asio::awaitable<std::string> connect(NameLookup::Addresses addresses, Clock::time_point due);
    asio::awaitable<std::string> shake_hands(Clock::time_point due);
    asio::awaitable<ClientResult> read_response(bool answers_head);
    asio::awaitable<IoResult> read_some(asio::mutable_buffer into);
    asio::awaitable<IoResult> write(asio::const_buffer bytes);
    void close();

    const Origin& origin_;
    const ClientOptions& options_;
    TlsContext* context_;
    asio::ip::tcp::socket socket_;
    std::unique_ptr<TlsStream> tls_;
    ClientDeadline deadline_;
    std::string output_;
    boost::beast::flat_buffer input_;
    bool keep_ = false;
    bool aborted_ = false;
};

} // namespace waybill::http
