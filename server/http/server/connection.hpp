#pragma once

#include "server/http/message.hpp"
#include "server/http/server/listener.hpp"
#include "server/http/tls/tls_stream.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::http
{

namespace asio = boost::asio;

// One accepted socket, the bytes read from it and not yet used, and the deadline for its next step. It has no timer of
// its own: the owner calls cut_if_late() from time to time.
class Connection
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t usual_read = 4 * 1024;
    static constexpr std::size_t max_kept_buffer = 16 * 1024;

    enum class Arrival
    {
        bytes,
        end,   // the peer has sent all it wanted to send
        broken // gone, or too late
    };

    Connection(AcceptedSocket accepted, TlsServerContext* tls); // null: plain

    asio::awaitable<bool> shake_hands(); // before anything else with TLS; false: gone or too late
    bool has_resumed() const { return tls_->has_resumed(); }

    asio::awaitable<Arrival> read(std::size_t room); // reads no more than fits
    asio::const_buffer unread() const { return buffer_.cdata(); }
    void take(std::size_t bytes) { buffer_.consume(bytes); }
    void skip_line_ends(); // empty lines in front of a request

    void write_immediately(std::string_view& bytes); // removes what the kernel accepts immediately; nothing with TLS
    asio::awaitable<bool> write(std::string_view bytes, std::chrono::seconds patience); // false: gone or too slow
    void finish_writing();

    void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }
    void set_no_deadline() { deadline_ = Clock::time_point::max(); }
    bool cut_if_late(Clock::time_point now); // true when it just was
    bool was_late() const { return late_; }
    bool peer_has_left(); // it has closed its side, or the connection is broken
    void close();

    ConnectionFacts facts() const;

private:
    asio::awaitable<IoResult> read_some(asio::mutable_buffer into);
    asio::awaitable<IoResult> write_some(std::string_view bytes);

    asio::ip::tcp::socket socket_;
    asio::ip::tcp::endpoint peer_;
    std::optional<asio::ip::tcp::endpoint> local_;
    std::unique_ptr<TlsStream> tls_;
    boost::beast::flat_buffer buffer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    bool late_ = false;
};

// The deadline for the next byte of a transfer: `patience` from now, and early enough to keep 1 KB/s on average once
// the first `patience` is over, so that a trickle does not hold a connection.
Connection::Clock::time_point deadline_of_transfer(Connection::Clock::time_point begun, std::uint64_t bytes,
                                                   std::chrono::seconds patience);

} // namespace waybill::http
