#include "server/access/socket_owner.hpp"

#include "server/access/socket_query.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

namespace waybill::access
{

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

// The kernel answers alike when it cannot be asked and when there is no such socket. The other end exists.
bool kernel_can_be_asked(const SocketEnds& ends)
{
    static std::atomic<bool> has_answered{false};
    if (!has_answered) has_answered = find_socket({ends.other, ends.own, ends.other_port, ends.own_port}).has_value();
    return has_answered;
}

} // namespace

// Reading the table takes as long as there are sockets.
std::optional<unsigned> owner_of_socket(const SocketEnds& ends)
{
    if (const auto socket = find_socket(ends)) return owner_of(*socket);
    if (kernel_can_be_asked(ends)) return std::nullopt;
    const auto own = parsed(ends.own);
    if (!own) return std::nullopt;
    return owner_in_table(text_of(own->is_v6() ? "/proc/net/tcp6" : "/proc/net/tcp"), ends);
}

} // namespace waybill::access
