#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::http
{

class Headers;

// The networks of TRUSTED_PROXIES: addresses such as 10.0.0.1, or networks such as 10.0.0.0/8 and fd00::/8.
class TrustedProxies
{
public:
    TrustedProxies() = default;
    explicit TrustedProxies(const std::vector<std::string>& networks); // throws std::invalid_argument

    bool empty() const { return networks_.empty(); }
    bool contains(std::string_view address) const;

private:
    struct Network
    {
        std::array<unsigned char, 16> address; // IPv4 as ::ffff:a.b.c.d
        unsigned bits;
    };
    std::vector<Network> networks_;
};

// Who sent a request that came from a trusted proxy: X-Forwarded-For, read from the right; the first address that is no
// trusted proxy. What stands further left was written by that client. An entry that is no address ends the search.
std::string client_address(const TrustedProxies& proxies, std::string_view peer, const Headers& headers);

} // namespace waybill::http
