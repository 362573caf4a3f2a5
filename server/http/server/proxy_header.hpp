#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The PROXY protocol, versions 1 and 2: what a proxy says in front of a connection about the one that it accepted.
namespace waybill::http
{

struct ProxiedConnection
{
    std::string peer_address, local_address;
    std::uint16_t peer_port = 0, local_port = 0;
    bool https = false; // only version 2 can say so

    bool operator==(const ProxiedConnection&) const = default;
};

struct ProxyHeader
{
    enum class State
    {
        complete,
        incomplete, // so far, it could become one
        malformed
    };
    State state = State::malformed;
    std::size_t size = 0;                        // of a complete one; what follows is the client's
    std::optional<ProxiedConnection> connection; // empty: the proxy speaks for itself, or does not know
};

ProxyHeader read_proxy_header(std::string_view bytes);

} // namespace waybill::http
