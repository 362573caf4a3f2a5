#include "server/http/origin.hpp"

#include "config/ascii.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace waybill::http
{
namespace
{

bool take_prefix(std::string_view& text, std::string_view prefix)
{
    if (config::lower_case(text.substr(0, prefix.size())) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool is_name(std::string_view host)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return !host.empty() && host.find_first_not_of(letters) == std::string_view::npos;
}

bool is_ipv6(std::string_view host)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(host), error);
    return !error && address.is_v6();
}

bool is_port(std::string_view port)
{
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc() && end == port.data() + port.size() && number != 0;
}

// Splits `host`, `host:port` or `[address]:port`; the host keeps its brackets.
std::optional<std::pair<std::string_view, std::string_view>> split_port(std::string_view authority)
{
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const auto host = authority.substr(0, colon);
    if (colon == std::string_view::npos) return std::pair{host, std::string_view()};
    const auto port = authority.substr(colon + 1);
    if (!is_port(port)) return std::nullopt;
    return std::pair{host, port};
}

} // namespace

bool Origin::is_address() const
{
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

Origin parse_origin(std::string_view text)
{
    const auto malformed = [text] {
        return std::invalid_argument("\"" + std::string(text) +
                                     "\" is not an address of a server; write http://host, https://host or "
                                     "https://host:port, without a path");
    };
    std::string_view rest = text;
    Origin origin;
    if (take_prefix(rest, "https://"))
        origin.tls = true;
    else if (!take_prefix(rest, "http://"))
        throw malformed();
    if (rest.ends_with('/')) rest.remove_suffix(1);

    const auto parts = split_port(rest);
    if (!parts) throw malformed();
    const auto [host, port] = *parts;
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    origin.host = config::lower_case(bracketed ? host.substr(1, host.size() - 2) : host);
    if (bracketed ? !is_ipv6(origin.host) : !is_name(origin.host)) throw malformed();

    const std::string_view usual_port = origin.tls ? "443" : "80";
    origin.port = port.empty() ? usual_port : port;
    origin.host_header = config::lower_case(host);
    if (origin.port != usual_port) origin.host_header += ":" + origin.port;
    return origin;
}

} // namespace waybill::http
