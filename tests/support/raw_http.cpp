#include "tests/support/raw_http.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <utility>

namespace waybill::test
{

namespace asio = boost::asio;
using asio::ip::tcp;

std::string RawReply::field(std::string_view name) const
{
    std::string_view rest = head;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && boost::beast::iequals(line.substr(0, colon), name)) {
            const std::string_view value = line.substr(colon + 1);
            return std::string(value.substr(std::min(value.size(), value.find_first_not_of(' '))));
        }
        rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    }
    return {};
}

RawHttp::RawHttp(std::uint16_t port, int receive_buffer, std::chrono::seconds patience)
{
    socket_.open(tcp::v4());
    if (receive_buffer > 0) socket_.set_option(tcp::socket::receive_buffer_size(receive_buffer));
    socket_.set_option(tcp::no_delay(true));
    const timeval wait{patience.count(), 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
}

void RawHttp::send(std::string_view bytes)
{
    asio::write(socket_, asio::buffer(bytes));
}

bool RawHttp::try_send(std::string_view bytes)
{
    boost::system::error_code error;
    asio::write(socket_, asio::buffer(bytes), error);
    return !error;
}

void RawHttp::finish_writing()
{
    socket_.shutdown(tcp::socket::shutdown_send);
}

RawReply RawHttp::receive_head()
{
    RawReply reply;
    std::string line = take_line();
    if (line.size() < 12) return reply;
    reply.status = std::stoi(line.substr(9, 3));
    for (; !line.empty(); line = take_line())
        reply.head += line + "\r\n";
    return reply;
}

std::string RawHttp::receive_chunk()
{
    const std::string size = take_line();
    if (size.empty()) throw std::runtime_error("the reply ended early");
    std::string chunk = take(std::stoul(size, nullptr, 16));
    take_line();
    return chunk;
}

RawReply RawHttp::receive(bool has_body)
{
    RawReply reply = receive_head();
    if (reply.status == 0) return reply;
    if (!has_body || reply.status == 100 || reply.status == 204) return reply;
    if (reply.field("Transfer-Encoding") == "chunked") {
        for (std::string chunk = receive_chunk(); !chunk.empty(); chunk = receive_chunk())
            reply.body += chunk;
        return reply;
    }
    const std::string size = reply.field("Content-Length");
    reply.body = size.empty() ? receive_rest() : take(std::stoul(size));
    return reply;
}

RawReply RawHttp::ask(std::string_view bytes)
{
    send(bytes);
    return receive();
}

std::string RawHttp::receive_rest()
{
    while (read_more())
        continue;
    return std::exchange(unread_, {});
}

bool RawHttp::is_closed()
{
    return unread_.empty() && !read_more();
}

// The end of the connection, orderly or not, is false; a server that stays silent fails the test.
bool RawHttp::read_more()
{
    char bytes[16 * 1024];
    const ssize_t size = ::recv(socket_.native_handle(), bytes, sizeof bytes, 0);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("the server keeps silent");
    if (size <= 0) return false;
    unread_.append(bytes, static_cast<std::size_t>(size));
    return true;
}

std::string RawHttp::take(std::size_t size)
{
    while (unread_.size() < size)
        if (!read_more()) throw std::runtime_error("the reply ended early");
    std::string taken = unread_.substr(0, size);
    unread_.erase(0, size);
    return taken;
}

std::string RawHttp::take_line()
{
    std::size_t end = unread_.find("\r\n");
    while (end == std::string::npos) {
        if (!read_more()) return {};
        end = unread_.find("\r\n");
    }
    std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 2);
    return line;
}

} // namespace waybill::test
