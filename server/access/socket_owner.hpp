#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::access
{

// The two ends of a connection between processes of this machine, as seen from the process that is looked for.
struct SocketEnds
{
    std::string own, other; // IP addresses
    std::uint16_t own_port = 0, other_port = 0;
};

// What the kernel says of one socket.
struct SocketState
{
    bool is_connected = false;
    unsigned user = 0;
    std::uint32_t inode = 0; // 0: in no process

    friend bool operator==(const SocketState&, const SocketState&) = default;
};

// Asks the kernel for the socket with these ends (NETLINK_SOCK_DIAG), which takes no longer when there are many
// sockets. Nothing: there is no such socket, or the kernel cannot be asked.
std::optional<SocketState> find_socket(const SocketEnds& ends);

// The user of a socket that is connected and in a process. Pure.
std::optional<unsigned> owner_of(const SocketState& socket);

// The user whose process holds the socket, as the kernel says. Nothing unless it is connected at this moment and in a
// process: a closed socket is listed under root. The other end must be a socket of this process.
std::optional<unsigned> owner_of_socket(const SocketEnds& ends);

// The same in the text of the kernel's table of all sockets (/proc/net/tcp, /proc/net/tcp6). Pure.
std::optional<unsigned> owner_in_table(std::string_view table, const SocketEnds& ends);

} // namespace waybill::access
