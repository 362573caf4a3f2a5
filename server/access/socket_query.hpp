#pragma once

#include "server/access/socket_owner.hpp"

#include <cstdint>
#include <optional>

namespace waybill::access
{

// What the kernel says of one socket.
struct SocketState
{
    bool is_connected = false;
    unsigned user = 0;
    std::uint32_t inode = 0; // 0: in no process

    friend bool operator==(const SocketState&, const SocketState&) = default;
};

// Asks the kernel for the socket with these ends, which takes it no longer when there are many (NETLINK_SOCK_DIAG).
// Nothing: there is none, or the kernel cannot be asked.
std::optional<SocketState> find_socket(const SocketEnds& ends);

// The user of a socket that is connected and in a process. Pure.
std::optional<unsigned> owner_of(const SocketState& socket);

} // namespace waybill::access
