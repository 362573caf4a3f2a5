#include "server/http/client/addresses.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <ifaddrs.h>
#include <list>
#include <netinet/in.h>
#include <optional>
#include <utility>

namespace waybill::http
{

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

namespace
{

using asio::ip::address;
using asio::ip::address_v4;
using asio::ip::address_v6;

// IANA's registries of special-purpose addresses.
bool is_public_v4(const address_v4& ip)
{
    static const auto special = [] {
        std::vector<asio::ip::network_v4> networks;
        for (const char* each : {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                                 "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
                                 "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"})
            networks.push_back(asio::ip::make_network_v4(each));
        return networks;
    }();
    return std::ranges::none_of(special, [&](const asio::ip::network_v4& network) {
        return (ip.to_uint() & network.netmask().to_uint()) == network.network().to_uint();
    });
}

address_v4 v4_at(const address_v6::bytes_type& bytes, std::size_t place)
{
    return address_v4({bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]});
}

bool begins_with(const address_v6::bytes_type& bytes, std::initializer_list<int> prefix)
{
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

// The IPv4 address that packets to this one end at.
std::optional<address_v4> v4_inside(const address_v6::bytes_type& bytes)
{
    if (begins_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return v4_at(bytes, 12);    // mapped
    if (begins_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) return v4_at(bytes, 12);          // compatible
    if (begins_with(bytes, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return v4_at(bytes, 12); // NAT64
    if (begins_with(bytes, {0x20, 0x02})) return v4_at(bytes, 2);                                   // 6to4
    return std::nullopt;
}

// Global unicast is 2000::/3; parts of it are special.
bool is_public_v6(const address_v6& ip)
{
    const address_v6::bytes_type bytes = ip.to_bytes();
    if (const auto inside = v4_inside(bytes)) return is_public_v4(*inside);
    if ((bytes[0] & 0xe0) != 0x20) return false;
    const bool is_special = begins_with(bytes, {0x20, 0x01, 0x00}) || begins_with(bytes, {0x20, 0x01, 0x01}) ||
                            begins_with(bytes, {0x20, 0x01, 0x0d, 0xb8}) || begins_with(bytes, {0x3f, 0xff});
    return !is_special;
}

std::optional<address> address_of(const sockaddr* socket_address)
{
    if (socket_address == nullptr) return std::nullopt;
    if (socket_address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(socket_address);
        return address_v4(ntohl(v4->sin_addr.s_addr));
    }
    if (socket_address->sa_family != AF_INET6) return std::nullopt;
    address_v6::bytes_type bytes;
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(socket_address);
    std::copy_n(v6->sin6_addr.s6_addr, bytes.size(), bytes.begin());
    return address_v6(bytes);
}

} // namespace

bool is_public(const address& ip)
{
    return ip.is_v4() ? is_public_v4(ip.to_v4()) : is_public_v6(ip.to_v6());
}

std::vector<address> own_addresses()
{
    std::vector<address> own;
    ifaddrs* interfaces = nullptr;
    if (getifaddrs(&interfaces) != 0) return own;
    for (const ifaddrs* each = interfaces; each != nullptr; each = each->ifa_next)
        if (const auto ip = address_of(each->ifa_addr)) own.push_back(*ip);
    freeifaddrs(interfaces);
    return own;
}

bool is_public_and_foreign(const address& ip)
{
    if (!is_public(ip)) return false;
    const std::vector<address> own = own_addresses();
    return std::ranges::find(own, ip) == own.end();
}

namespace
{

constexpr std::chrono::seconds good_for{5};

std::uint16_t port_number(const std::string& port)
{
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

} // namespace

struct NameLookup::State
{
    State(asio::any_io_executor on, const Origin& origin)
        : executor(on), resolver(on), host(origin.host), port(origin.port)
    {
    }

    asio::any_io_executor executor;
    tcp::resolver resolver;
    std::string host;
    std::string port;
    Addresses addresses;
    Clock::time_point good_until = Clock::time_point::min();
    std::string failure;
    bool running = false;
    std::list<asio::steady_timer> waiting; // cancelled when the lookup ends

    bool is_good() const { return Clock::now() < good_until; }
};

NameLookup::NameLookup(asio::any_io_executor executor, const Origin& origin)
    : state_(std::make_shared<State>(executor, origin))
{
    if (!origin.is_address()) return;
    state_->addresses.emplace_back(asio::ip::make_address(origin.host), port_number(origin.port));
    state_->good_until = Clock::time_point::max();
}

asio::awaitable<NameLookup::Result> NameLookup::find(Clock::time_point due)
{
    return find(state_, due);
}

asio::awaitable<NameLookup::Result> NameLookup::find(std::shared_ptr<State> state, Clock::time_point due)
{
    if (state->is_good()) co_return state->addresses;
    if (!state->running) start(state);

    const auto place = state->waiting.emplace(state->waiting.end(), state->executor, due);
    struct Leave
    {
        State& state;
        std::list<asio::steady_timer>::iterator place;
        ~Leave() { state.waiting.erase(place); }
    } leave{*state, place};
    co_await place->async_wait(asio::as_tuple(asio::use_awaitable));

    if (state->is_good()) co_return state->addresses;
    if (state->running) co_return "the name " + state->host + " was not resolved in time";
    co_return "the name " + state->host + " could not be resolved: " + state->failure;
}

void NameLookup::start(const std::shared_ptr<State>& state)
{
    state->running = true;
    state->resolver.async_resolve(state->host, state->port,
                                  [state](boost::system::error_code error, tcp::resolver::results_type found) {
                                      state->running = false;
                                      state->addresses.clear();
                                      for (const auto& entry : found)
                                          state->addresses.push_back(entry.endpoint());
                                      state->failure = error.message();
                                      state->good_until = error ? Clock::time_point::min() : Clock::now() + good_for;
                                      for (auto& timer : state->waiting)
                                          timer.cancel();
                                  });
}

} // namespace waybill::http
