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
    : place_(inherited >= 0 ? "the inherited socket" : address + ":" + std::to_string(port)),
      is_inherited_(inherited >= 0),
      acceptor_(named(place_,
                      [&] { return is_inherited_ ? adopt(executor, inherited) : bound_to(executor, address, port); })),
      port_(acceptor_.local_endpoint().port())
{
}

void Listener::listen()
{
    named(place_, [this] { acceptor_.listen(); });
}

std::optional<tcp::socket> Listener::take_next()
{
    if (!acceptor_.is_open()) return std::nullopt;
    boost::system::error_code error;
    acceptor_.non_blocking(true, error);
    tcp::socket socket(acceptor_.get_executor());
    acceptor_.accept(socket, error);
    if (error) return std::nullopt;
    return socket;
}

std::vector<tcp::socket> Listener::take_waiting()
{
    std::vector<tcp::socket> waiting;
    if (is_inherited_) return waiting;
    while (auto socket = take_next())
        waiting.push_back(std::move(*socket));
    return waiting;
}

void Listener::close()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

} // namespace waybill::http
