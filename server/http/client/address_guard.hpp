#pragma once

#include <boost/asio/ip/address.hpp>

#include <functional>
#include <vector>

// Which addresses a client may connect to on behalf of a person who names a URL.
namespace waybill::http
{

namespace asio = boost::asio;

using AddressRule = std::function<bool(const asio::ip::address& address)>; // false: not to be connected to

// False for loopback, link-local, private, shared, multicast, reserved and documentation addresses, also when an IPv4
// one is written in an IPv6 one (mapped, compatible, 6to4, NAT64).
bool is_public(const asio::ip::address& address);

std::vector<asio::ip::address> own_addresses(); // of this machine's interfaces, at this moment

// Public addresses that are not this machine's own.
bool is_public_and_foreign(const asio::ip::address& address);

} // namespace waybill::http
