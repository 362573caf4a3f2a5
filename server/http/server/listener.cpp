#include "server/http/server/listener.hpp"

#include <boost/asio/ip/address.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace waybill::http
{

using asio::ip::tcp;

namespace
{

template <class Call>
auto named(const std::string& place, Call call)
{
    try {
        return call();
    }
    catch (const boost::system::system_error& fault) {
        throw boost::system::system_error(fault.code(), "cannot listen on " + place);
    }
}

tcp::acceptor adopt(const asio::any_io_executor& executor, int socket)
{
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw boost::system::system_error(errno, boost::system::system_category());
    return {executor, address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket};
}

tcp::acceptor bound_to(const asio::any_io_executor& executor, const std::string& address, std::uint16_t port)
{
    const tcp::endpoint place(asio::ip::make_address(address), port);
    tcp::acceptor acceptor(executor, place.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(place);
    return acceptor;
}

} // namespace

Listener::Listener(const asio::any_io_executor& executor, const std::string& address, std::uint16_t port, int inherited)
    : executor_(executor),
      place_(inherited >= 0 ? "the inherited socket" : address + ":" + std::to_string(port)),
      is_inherited_(inherited >= 0),
      acceptor_(named(place_,
                      [&] { return is_inherited_ ? adopt(executor, inherited) : bound_to(executor, address, port); })),
      port_(acceptor_.local_endpoint().port())
{
    const tcp::endpoint bound = acceptor_.local_endpoint();
    if (!bound.address().is_unspecified()) local_ = bound;
}

// Connections inherit the option: one system call less for each.
void Listener::listen()
{
    named(place_, [this] {
        acceptor_.set_option(tcp::no_delay(true));
        acceptor_.non_blocking(true);
        acceptor_.listen();
    });
}

AcceptedSocket Listener::nothing_accepted() const
{
    return {tcp::socket(executor_), tcp::endpoint(), local_};
}

std::optional<AcceptedSocket> Listener::take_next()
{
    if (!acceptor_.is_open()) return std::nullopt;
    boost::system::error_code error;
    AcceptedSocket accepted = nothing_accepted();
    acceptor_.accept(accepted.socket, accepted.peer, error);
    if (error) return std::nullopt;
    return accepted;
}

std::vector<AcceptedSocket> Listener::take_waiting()
{
    std::vector<AcceptedSocket> waiting;
    if (is_inherited_) return waiting;
    while (auto accepted = take_next())
        waiting.push_back(std::move(*accepted));
    return waiting;
}

void Listener::close()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

} // namespace waybill::http
