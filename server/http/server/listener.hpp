#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::http
{

namespace asio = boost::asio;

// A port that is bound and refuses connections until listen(); or a socket that a supervisor has opened and keeps open:
// then connections wait while no process accepts them. What the system refuses throws and names the place.
class Listener
{
public:
    Listener(const asio::any_io_executor& executor, const std::string& address, std::uint16_t port, int inherited);

    void listen();
    std::uint16_t port() const { return port_; }
    asio::ip::tcp::acceptor& acceptor() { return acceptor_; }

    // Of those that wait to be accepted. The acceptor does not block from now on.
    std::optional<asio::ip::tcp::socket> take_next();

    // To close a port resets the connections that wait to be accepted: these. None of a supervisor's socket, whose wait
    // for the next process.
    std::vector<asio::ip::tcp::socket> take_waiting();
    void close();

private:
    std::string place_;
    bool is_inherited_;
    asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
};

} // namespace waybill::http
