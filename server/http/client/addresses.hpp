#pragma once

#include "server/http/origin.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

// The addresses behind a name, and those that a client may connect to on behalf of a person who names a URL.
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

// The addresses of one origin. Concurrent callers share one lookup, and an answer is good for a few seconds.
class NameLookup
{
public:
    using Addresses = std::vector<asio::ip::tcp::endpoint>;
    using Result = std::variant<Addresses, std::string>; // or a sentence on why there are none

    NameLookup(asio::any_io_executor executor, const Origin& origin);

    // Completes at `due` at the latest, even while the system's resolver is still trying.
    asio::awaitable<Result> find(std::chrono::steady_clock::time_point due);

private:
    struct State;
    static void start(const std::shared_ptr<State>& state);
    static asio::awaitable<Result> find(std::shared_ptr<State> state, std::chrono::steady_clock::time_point due);

    std::shared_ptr<State> state_;
};

} // namespace waybill::http
