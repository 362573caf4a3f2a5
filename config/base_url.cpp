#include "config/base_url.hpp"

#include "config/ascii.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstdint>
#include <netinet/in.h>
#include <optional>

namespace waybill::config
{

namespace
{

struct Authority
{
    std::string host;
    std::optional<std::string> port;
};

bool is_ipv6(const std::string& host)
{
    in6_addr address{};
    return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_host_name(std::string_view host)
{
    return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' &&
           std::ranges::all_of(host, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
           });
}

bool is_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

Authority split_authority(std::string_view text)
{
    Authority authority;
    const bool bracketed = text.starts_with('[') && text.find(']') != text.npos;
    const auto host_end = bracketed ? text.find(']') + 1 : std::min(text.find(':'), text.size());
    authority.host = lower_case(text.substr(0, host_end));
    if (host_end < text.size()) authority.port = text.substr(host_end);
    return authority;
}

std::optional<std::string> fault_of(const Authority& authority)
{
    const auto& host = authority.host;
    if (host.empty()) return "must name a host";
    const bool ipv6 = host.front() == '[' && is_ipv6(host.substr(1, host.size() - 2));
    if (!ipv6 && !is_host_name(host)) return "must name a host of letters, digits, dots, hyphens and underscores";
    if (authority.port && !(authority.port->front() == ':' && is_port(authority.port->substr(1))))
        return "must have a port between 1 and 65535 after its host";
    return std::nullopt;
}

bool is_plain_path(std::string_view path)
{
    return std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>'; });
}

} // namespace

std::variant<BaseUrl, std::string> parse_base_url(std::string_view text)
{
    while (text.ends_with('/'))
        text.remove_suffix(1);

    BaseUrl url;
    url.text = text;
    url.scheme = lower_case(text.substr(0, std::min(text.find("://"), text.size())));
    if (url.scheme != "http" && url.scheme != "https") return "must start with http:// or https:// and name a host";
    if (text.find_first_of("?#") != text.npos) return "must not have a query or a fragment";

    const auto rest = text.substr(std::min(url.scheme.size() + 3, text.size()));
    const auto authority_text = rest.substr(0, rest.find('/'));
    if (authority_text.find('@') != rest.npos) return "must not hold a user name or a password";
    const Authority authority = split_authority(authority_text);
    if (auto fault = fault_of(authority)) return *fault;

    url.host = authority.host.front() == '[' ? authority.host.substr(1, authority.host.size() - 2) : authority.host;
    url.path = rest.substr(authority_text.size());
    if (!is_plain_path(url.path)) return "must have a path of plain ASCII without spaces";
    return url;
}

bool is_loopback(const std::string& host)
{
    in_addr address{};
    if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
    in6_addr address6{};
    if (::inet_pton(AF_INET6, host.c_str(), &address6) == 1) return IN6_IS_ADDR_LOOPBACK(&address6);
    return host == "localhost";
}

bool is_any_address(const std::string& address)
{
    return address == "0.0.0.0" || address == "::";
}

} // namespace waybill::config
