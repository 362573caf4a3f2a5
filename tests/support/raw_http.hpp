#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::test
{

struct RawReply
{
    int status = 0; // 0: the connection ended instead
    std::string head;
    std::string body; // as sent, but without the chunk framing

    std::string field(std::string_view name) const; // empty when absent
};

// A blocking client that says exactly the bytes it is given. Every wait gives up when the patience ends.
class RawHttp
{
public:
    // `receive_buffer` 0: the system's size.
    explicit RawHttp(std::uint16_t port, int receive_buffer = 0,
                     std::chrono::seconds patience = std::chrono::seconds(60));

    void send(std::string_view bytes);
    bool try_send(std::string_view bytes); // false: the peer does not take them any more
    void finish_writing();
    RawReply receive(bool has_body = true); // one reply; false after HEAD
    RawReply receive_head();
    std::string receive_chunk(); // of a body that is streamed; empty at its end
    RawReply ask(std::string_view bytes);
    std::string receive_rest(); // until the server closes
    bool is_closed();           // waits for the server's end; false when there is more to read

private:
    bool read_more();
    std::string take(std::size_t size);
    std::string take_line();

    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
    std::string unread_;
};

} // namespace waybill::test
