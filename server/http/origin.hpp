#pragma once

#include <string>
#include <string_view>

namespace waybill::http
{

// Where a client connects to.
struct Origin
{
    bool tls = false;
    std::string host;        // a name, or an IP address without brackets
    std::string port;        // decimal; the scheme's own when the text named none
    std::string host_header; // as sent in requests: brackets kept, the scheme's own port left out

    bool is_address() const; // host is an IP address
};

// Reads `http://host`, `https://host:port` or `http://[::1]:port`, optionally followed by `/`. Throws
// std::invalid_argument with a sentence for people.
Origin parse_origin(std::string_view text);

} // namespace waybill::http
