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

struct AcceptedSocket
{
    asio::ip::tcp::socket socket;
    asio::ip::tcp::endpoint peer;
    std::optional<asio::ip::tcp::endpoint> local; // when the listener knows it
};

// A port that is bound and refuses connections until listen(); or a socket that a supervisor has opened and keeps open:
// then connections wait while no process accepts them. What the system refuses throws and names the place.
class Listener
{
public:
    Listener(const asio::any_io_executor& executor, const std::string& address, std::uint16_t port, int inherited);

    void listen();
    std::uint16_t port() const { return port_; }
    asio::ip::tcp::acceptor& acceptor() { return acceptor_; }

    AcceptedSocket nothing_accepted() const;   // to accept into
    std::optional<AcceptedSocket> take_next(); // of those that wait to be accepted

    // To close a port resets the connections that wait to be accepted: these. None of a supervisor's socket, whose wait
    // for the next process.
    std::vector<AcceptedSocket> take_waiting();
    void close();

private:
    asio::any_io_executor executor_;
    std::string place_;
    bool is_inherited_;
    asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::optional<asio::ip::tcp::endpoint> local_; // of every connection; nothing when it listens on all addresses
};

} // namespace waybill::http
