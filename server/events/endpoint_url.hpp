#pragma once

#include "server/http/client/addresses.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace waybill::events
{

namespace asio = boost::asio;

struct EndpointUrl
{
    std::string origin; // https://host:port
    std::string target; // path and query
};

// Or a sentence on what is wrong. Without `allows_clear_text` it must be https.
std::variant<EndpointUrl, std::string> parse_endpoint_url(std::string_view text, bool allows_clear_text);

// Looks the host up, as a delivery will; a sentence on why events cannot go there, or an empty one.
asio::awaitable<std::string> fault_of_host(asio::any_io_executor executor, std::string origin, http::AddressRule rule);

} // namespace waybill::events
