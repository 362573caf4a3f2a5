#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace waybill::test
{

// A port on loopback that no other socket gets: bound, but not listened on. A program that listens there with
// SO_REUSEADDR, as servers do, may come and go; between, connections are refused.
class ReservedPort
{
public:
    ReservedPort() : socket_(io_, boost::asio::ip::tcp::v4())
    {
        socket_.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true));
        socket_.bind({boost::asio::ip::address_v4::loopback(), 0});
    }

    std::uint16_t number() const { return socket_.local_endpoint().port(); }

private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor socket_;
};

} // namespace waybill::test
