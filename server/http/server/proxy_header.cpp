#include "server/http/server/proxy_header.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace waybill::http
{

namespace
{

namespace ip = boost::asio::ip;
using State = ProxyHeader::State;

constexpr std::string_view text_begin = "PROXY ";
constexpr std::size_t max_line = 107; // of version 1, with its CR LF
constexpr std::string_view binary_begin("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t binary_head = 16;
constexpr std::size_t max_binary = 2 * 1024;

constexpr unsigned tls_facts = 0x20; // a TLV of version 2
constexpr unsigned client_came_by_tls = 0x01;

bool may_become(std::string_view bytes, std::string_view begin)
{
    return begin.starts_with(bytes.substr(0, begin.size()));
}

unsigned byte_at(std::string_view bytes, std::size_t place)
{
    return static_cast<unsigned char>(bytes[place]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t place)
{
    return static_cast<std::uint16_t>(byte_at(bytes, place) << 8U | byte_at(bytes, place + 1));
}

std::optional<std::uint16_t> port_of(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_padded = text.size() > 1 && text.front() == '0';
    if (error != std::errc() || end != text.data() + text.size() || is_padded) return std::nullopt;
    return port;
}

std::optional<std::string> address_of(std::string_view text, bool v6)
{
    boost::system::error_code error;
    const auto address = ip::make_address(std::string(text), error);
    if (error || address.is_v6() != v6) return std::nullopt;
    return address.to_string();
}

// Splits at single spaces.
template <std::size_t Count>
std::optional<std::array<std::string_view, Count>> words_of(std::string_view text)
{
    std::array<std::string_view, Count> words;
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t space = text.find(' ');
        const bool is_last = i + 1 == Count;
        if ((space == text.npos) != is_last) return std::nullopt;
        words[i] = text.substr(0, space);
        if (!is_last) text.remove_prefix(space + 1);
    }
    return words;
}

// PROXY TCP4 198.51.100.1 203.0.113.7 56324 443
ProxyHeader read_text(std::string_view bytes)
{
    const std::size_t end = bytes.substr(0, max_line).find("\r\n");
    if (end == bytes.npos) return {bytes.size() < max_line ? State::incomplete : State::malformed, 0, {}};
    const std::string_view line = bytes.substr(text_begin.size(), end - text_begin.size());
    ProxyHeader header{State::complete, end + 2, {}};
    if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return header;
    const auto words = words_of<5>(line);
    if (!words || ((*words)[0] != "TCP4" && (*words)[0] != "TCP6")) return {};
    const bool v6 = (*words)[0] == "TCP6";
    const auto peer = address_of((*words)[1], v6), local = address_of((*words)[2], v6);
    const auto peer_port = port_of((*words)[3]), local_port = port_of((*words)[4]);
    if (!peer || !local || !peer_port || !local_port) return {};
    header.connection = ProxiedConnection{*peer, *local, *peer_port, *local_port, false};
    return header;
}

template <class Address>
std::string address_at(std::string_view bytes, std::size_t place)
{
    typename Address::bytes_type raw{};
    std::transform(bytes.begin() + static_cast<std::ptrdiff_t>(place),
                   bytes.begin() + static_cast<std::ptrdiff_t>(place + raw.size()), raw.begin(),
                   [](char each) { return static_cast<unsigned char>(each); });
    return Address(raw).to_string();
}

// Behind the addresses: type, length, value. A value that does not fit makes the header malformed.
std::optional<bool> came_by_tls(std::string_view values)
{
    bool by_tls = false;
    while (!values.empty()) {
        if (values.size() < 3) return std::nullopt;
        const std::size_t size = number_at(values, 1);
        if (values.size() - 3 < size) return std::nullopt;
        if (byte_at(values, 0) == tls_facts && size > 0) by_tls = (byte_at(values, 3) & client_came_by_tls) != 0;
        values.remove_prefix(3 + size);
    }
    return by_tls;
}

template <class Address>
std::optional<ProxiedConnection> read_addresses(std::string_view block)
{
    constexpr std::size_t size = std::tuple_size<typename Address::bytes_type>::value;
    constexpr std::size_t ports = 2 * size;
    if (block.size() < ports + 4) return std::nullopt;
    const auto by_tls = came_by_tls(block.substr(ports + 4));
    if (!by_tls) return std::nullopt;
    return ProxiedConnection{address_at<Address>(block, 0), address_at<Address>(block, size), number_at(block, ports),
                             number_at(block, ports + 2), *by_tls};
}

ProxyHeader read_binary(std::string_view bytes)
{
    constexpr unsigned local = 0x20, proxied = 0x21; // version 2 and the command
    constexpr unsigned unspecified = 0x00, tcp_v4 = 0x11, tcp_v6 = 0x21;
    if (bytes.size() < binary_head) return {State::incomplete, 0, {}};
    const unsigned command = byte_at(bytes, 12), family = byte_at(bytes, 13);
    const std::size_t size = binary_head + number_at(bytes, 14);
    if ((command != local && command != proxied) || size > max_binary) return {};
    if (bytes.size() < size) return {State::incomplete, 0, {}};
    ProxyHeader header{State::complete, size, {}};
    if (command == local || family == unspecified) return header;
    const std::string_view block = bytes.substr(binary_head, size - binary_head);
    if (family == tcp_v4) header.connection = read_addresses<ip::address_v4>(block);
    if (family == tcp_v6) header.connection = read_addresses<ip::address_v6>(block);
    return header.connection ? header : ProxyHeader{};
}

} // namespace

ProxyHeader read_proxy_header(std::string_view bytes)
{
    const bool is_text = may_become(bytes, text_begin), is_binary = may_become(bytes, binary_begin);
    if (is_text && bytes.size() >= text_begin.size()) return read_text(bytes);
    if (is_binary && bytes.size() >= binary_begin.size()) return read_binary(bytes);
    return {is_text || is_binary ? State::incomplete : State::malformed, 0, {}};
}

} // namespace waybill::http
