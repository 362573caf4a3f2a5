#include "server/events/endpoint_url.hpp"

#include "server/http/client/addresses.hpp"
#include "server/http/origin.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace waybill::events
{

namespace
{

constexpr std::size_t max_size = 2'000;
constexpr std::chrono::seconds lookup_patience{5};

bool is_printable(std::string_view text)
{
    return std::ranges::all_of(text, [](char each) { return each > ' ' && each < '\x7f'; });
}

} // namespace

std::variant<EndpointUrl, std::string> parse_endpoint_url(std::string_view text, bool allows_clear_text)
{
    const bool is_https = text.starts_with("https://");
    if (!is_https && !text.starts_with("http://")) return "must be a URL that begins with https://";
    if (!is_https && !allows_clear_text) return "must begin with https://, so that events cannot be read on their way";
    if (text.size() > max_size || !is_printable(text))
        return "must have at most 2000 characters, without blanks, and others than ASCII percent-encoded";
    if (text.find('#') != std::string_view::npos) return "must have no fragment (#)";
    const std::size_t host = text.find("//") + 2;
    const std::size_t path = std::min(text.find_first_of("/?", host), text.size());
    if (text.substr(host, path - host).find('@') != std::string_view::npos)
        return "must hold no user name or password; receivers verify the signature instead";
    EndpointUrl url{std::string(text.substr(0, path)), std::string(text.substr(path))};
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    try {
        http::parse_origin(url.origin);
    }
    catch (const std::invalid_argument& fault) {
        return std::string("names no host: ") + fault.what();
    }
    return url;
}

asio::awaitable<std::string> fault_of_host(asio::any_io_executor executor, std::string origin, http::AddressRule rule)
{
    const http::Origin parsed = http::parse_origin(origin);
    http::NameLookup lookup(executor, parsed);
    const auto found = co_await lookup.find(std::chrono::steady_clock::now() + lookup_patience);
    if (const auto* fault = std::get_if<std::string>(&found)) co_return *fault;
    const auto& addresses = std::get<http::NameLookup::Addresses>(found);
    const bool is_usable =
        !rule || std::ranges::any_of(addresses, [&](const auto& endpoint) { return rule(endpoint.address()); });
    if (is_usable) co_return std::string();
    co_return "the host has only addresses of this machine or of private networks, to which Waybill sends events only "
              "with ALLOW_PRIVATE_ENDPOINTS=yes";
}

} // namespace waybill::events
