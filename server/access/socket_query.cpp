#include "server/access/socket_query.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <sys/socket.h>
#include <unistd.h>

namespace waybill::access
{

namespace
{

constexpr std::uint32_t every_state = 0xFFFFFFFF;

struct Query
{
    nlmsghdr head{};
    inet_diag_req_v2 body{};
};

class NetlinkSocket
{
public:
    NetlinkSocket() : descriptor_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {}
    ~NetlinkSocket()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    NetlinkSocket(const NetlinkSocket&) = delete;
    NetlinkSocket& operator=(const NetlinkSocket&) = delete;

    bool send(const Query& query) const
    {
        sockaddr_nl kernel{};
        kernel.nl_family = AF_NETLINK;
        return ::sendto(descriptor_, &query, sizeof query, 0, reinterpret_cast<const sockaddr*>(&kernel),
                        sizeof kernel) == static_cast<ssize_t>(sizeof query);
    }

    // The kernel has answered when send() returns.
    std::span<const std::byte> receive(std::span<std::byte> into) const
    {
        const ssize_t size = ::recv(descriptor_, into.data(), into.size(), MSG_DONTWAIT);
        return into.first(size < 0 ? 0 : static_cast<std::size_t>(size));
    }

private:
    int descriptor_;
};

using Address = boost::asio::ip::address;

// Four words in network byte order, of which IPv4 uses the first.
void copy(const Address& address, __be32 (&words)[4])
{
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        std::memcpy(words, bytes.data(), bytes.size());
    }
    else {
        const auto bytes = address.to_v6().to_bytes();
        std::memcpy(words, bytes.data(), bytes.size());
    }
}

std::optional<inet_diag_sockid> id_of(const SocketEnds& ends, bool& is_v6)
{
    boost::system::error_code error;
    const Address own = boost::asio::ip::make_address(ends.own, error);
    if (error) return std::nullopt;
    const Address other = boost::asio::ip::make_address(ends.other, error);
    if (error || own.is_v6() != other.is_v6()) return std::nullopt;
    is_v6 = own.is_v6();
    inet_diag_sockid id{};
    id.idiag_sport = htons(ends.own_port);
    id.idiag_dport = htons(ends.other_port);
    copy(own, id.idiag_src);
    copy(other, id.idiag_dst);
    id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return id;
}

bool has_same_ends(const inet_diag_sockid& one, const inet_diag_sockid& other)
{
    return one.idiag_sport == other.idiag_sport && one.idiag_dport == other.idiag_dport &&
           std::ranges::equal(one.idiag_src, other.idiag_src) && std::ranges::equal(one.idiag_dst, other.idiag_dst);
}

// A listening socket answers for connections that do not exist: its ends differ.
std::optional<SocketState> read_answer(std::span<const std::byte> answer, const inet_diag_sockid& id)
{
    nlmsghdr head{};
    inet_diag_msg socket{};
    if (answer.size() < NLMSG_HDRLEN + sizeof socket) return std::nullopt;
    std::memcpy(&head, answer.data(), sizeof head);
    if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
    std::memcpy(&socket, answer.data() + NLMSG_HDRLEN, sizeof socket);
    if (!has_same_ends(socket.id, id)) return std::nullopt;
    return SocketState{socket.idiag_state == TCP_ESTABLISHED, socket.idiag_uid, socket.idiag_inode};
}

} // namespace

std::optional<SocketState> find_socket(const SocketEnds& ends)
{
    bool is_v6 = false;
    const auto id = id_of(ends, is_v6);
    if (!id) return std::nullopt;
    Query query;
    query.head.nlmsg_len = sizeof query;
    query.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    query.head.nlmsg_flags = NLM_F_REQUEST; // without a dump: this very socket
    query.body.sdiag_family = is_v6 ? AF_INET6 : AF_INET;
    query.body.sdiag_protocol = IPPROTO_TCP;
    query.body.idiag_states = every_state;
    query.body.id = *id;
    const NetlinkSocket kernel;
    std::array<std::byte, 4096> answer;
    if (!kernel.send(query)) return std::nullopt;
    return read_answer(kernel.receive(answer), *id);
}

std::optional<unsigned> owner_of(const SocketState& socket)
{
    if (!socket.is_connected || socket.inode == 0) return std::nullopt;
    return socket.user;
}

} // namespace waybill::access
