#include "server/http/server/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <poll.h>
#include <utility>

namespace waybill::http
{

namespace
{

constexpr auto as_io_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_tls_record = 16 * 1024;

} // namespace

Connection::Connection(AcceptedSocket accepted, TlsServerContext* tls)
    : socket_(std::move(accepted.socket)),
      peer_(accepted.peer),
      local_(accepted.local),
      tls_(tls ? std::make_unique<TlsStream>(socket_, *tls) : nullptr)
{
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
}

asio::awaitable<bool> Connection::shake_hands()
{
    const std::string fault = co_await tls_->handshake();
    co_return fault.empty() && !late_;
}

asio::awaitable<IoResult> Connection::read_some(asio::mutable_buffer into)
{
    if (tls_) return tls_->read_some(into);
    return socket_.async_read_some(into, as_io_result);
}

asio::awaitable<IoResult> Connection::write_some(std::string_view bytes)
{
    if (tls_) return tls_->write(asio::buffer(bytes.substr(0, max_tls_record)));
    return socket_.async_write_some(asio::buffer(bytes), as_io_result);
}

asio::awaitable<Connection::Arrival> Connection::read(std::size_t room)
{
    if (late_) co_return Arrival::broken;
    const bool outgrown = buffer_.capacity() > max_kept_buffer && room <= usual_read;
    if (outgrown && buffer_.size() == 0) buffer_.shrink_to_fit();
    const auto target = buffer_.prepare(room);
    const auto [error, size] = co_await read_some(target);
    buffer_.commit(size);
    if (!error) co_return Arrival::bytes;
    co_return error == asio::error::eof ? Arrival::end : Arrival::broken;
}

void Connection::skip_line_ends()
{
    const auto bytes = unread();
    const std::string_view text(static_cast<const char*>(bytes.data()), bytes.size());
    take(std::min(text.find_first_not_of("\r\n"), text.size()));
}

void Connection::write_immediately(std::string_view& bytes)
{
    if (tls_) return;
    boost::system::error_code would_wait;
    bytes.remove_prefix(socket_.write_some(asio::buffer(bytes), would_wait));
}

asio::awaitable<bool> Connection::write(std::string_view bytes, std::chrono::seconds patience)
{
    const auto begun = Clock::now();
    std::uint64_t written = 0;
    while (!bytes.empty() && !late_) {
        deadline_ = deadline_of_transfer(begun, written, patience);
        const auto [error, size] = co_await write_some(bytes);
        if (error) break;
        written += size;
        bytes.remove_prefix(size);
    }
    set_no_deadline();
    co_return bytes.empty();
}

void Connection::finish_writing()
{
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

bool Connection::cut_if_late(Clock::time_point now)
{
    if (late_ || now < deadline_) return false;
    late_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    return true;
}

bool Connection::peer_has_left()
{
    pollfd state{socket_.native_handle(), POLLRDHUP, 0};
    return ::poll(&state, 1, 0) == 1; // POLLHUP and POLLERR are always reported
}

void Connection::close()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
}

ConnectionFacts Connection::facts() const
{
    ConnectionFacts facts;
    facts.https = tls_ != nullptr;
    boost::system::error_code gone;
    const asio::ip::tcp::endpoint local = local_ ? *local_ : socket_.local_endpoint(gone);
    if (gone) return facts;
    facts.peer_address = peer_.address().to_string();
    facts.peer_port = peer_.port();
    facts.local_address = local.address().to_string();
    facts.local_port = local.port();
    return facts;
}

Connection::Clock::time_point deadline_of_transfer(Connection::Clock::time_point begun, std::uint64_t bytes,
                                                   std::chrono::seconds patience)
{
    constexpr std::uint64_t min_bytes_per_second = 1024;
    const std::chrono::seconds earned(bytes / min_bytes_per_second);
    return std::min(Connection::Clock::now() + patience, begun + patience + earned);
}

} // namespace waybill::http
