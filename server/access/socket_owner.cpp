#include "server/access/socket_owner.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
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

namespace
{

constexpr std::string_view established = "01";

void append_hex(std::string& text, std::uint32_t number, int digits)
{
    constexpr std::string_view letters = "0123456789ABCDEF";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        text += letters[(number >> shift) & 0xF];
}

// As the kernel prints it: each four bytes as a number in the machine's byte order, then the port.
std::string place_in_table(const boost::asio::ip::address& address, std::uint16_t port)
{
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 16;
    if (address.is_v4()) {
        std::ranges::copy(address.to_v4().to_bytes(), bytes.begin());
        size = 4;
    }
    else {
        std::ranges::copy(address.to_v6().to_bytes(), bytes.begin());
    }
    std::string text;
    for (std::size_t at = 0; at < size; at += 4) {
        std::uint32_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        append_hex(text, word, 8);
    }
    append_hex(text += ':', port, 4);
    return text;
}

std::optional<boost::asio::ip::address> parsed(const std::string& text)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(text, error);
    return error ? std::nullopt : std::optional(address);
}

std::string_view take_word(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
    return word;
}

// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
std::optional<unsigned> owner_in_line(std::string_view line)
{
    for (int skipped = 0; skipped < 3; ++skipped)
        take_word(line);
    if (take_word(line) != established) return std::nullopt;
    for (int skipped = 0; skipped < 3; ++skipped)
        take_word(line);
    const std::string_view user = take_word(line);
    take_word(line);
    if (take_word(line) == "0") return std::nullopt; // no process has it any more
    unsigned number = 0;
    const auto [end, error] = std::from_chars(user.data(), user.data() + user.size(), number);
    if (error != std::errc() || end != user.data() + user.size()) return std::nullopt;
    return number;
}

std::string text_of(const char* path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

std::optional<unsigned> owner_in_table(std::string_view table, const SocketEnds& ends)
{
    const auto own = parsed(ends.own), other = parsed(ends.other);
    if (!own || !other) return std::nullopt;
    const std::string both =
        " " + place_in_table(*own, ends.own_port) + " " + place_in_table(*other, ends.other_port) + " ";
    const std::size_t found = table.find(both);
    if (found == std::string_view::npos) return std::nullopt;
    const std::size_t begin = table.rfind('\n', found) + 1; // 0 in the first line
    return owner_in_line(table.substr(begin, table.find('\n', found) - begin));
}

namespace
{

// The kernel gives the same answer when it cannot be asked and when there is no such socket. The other end does exist.
bool kernel_can_be_asked(const SocketEnds& ends)
{
    static std::atomic<bool> has_answered{false};
    if (!has_answered) has_answered = find_socket({ends.other, ends.own, ends.other_port, ends.own_port}).has_value();
    return has_answered;
}

} // namespace

// The table is the last resort: it has a line for every socket of the machine.
std::optional<unsigned> owner_of_socket(const SocketEnds& ends)
{
    if (const auto socket = find_socket(ends)) return owner_of(*socket);
    if (kernel_can_be_asked(ends)) return std::nullopt;
    const auto own = parsed(ends.own);
    if (!own) return std::nullopt;
    return owner_in_table(text_of(own->is_v6() ? "/proc/net/tcp6" : "/proc/net/tcp"), ends);
}

} // namespace waybill::access
