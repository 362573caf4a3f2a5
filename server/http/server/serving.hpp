#pragma once

#include "server/http/message.hpp"
#include "server/http/server/reply.hpp"
#include "server/http/server/request_parser.hpp"
#include "server/http/server/request_shares.hpp"
#include "server/http/server/server.hpp"
#include "server/http/tls/tls_stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
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

class Session;

// Which paths a connection may ask for.
enum class Door
{
    all,
    webhooks,
    all_but_webhooks
};

// What the sessions of one server share.
struct Serving
{
    Serving(asio::any_io_executor executor, ServerOptions server_options);

    void enter(Session& session, bool welcome);
    void leave(Session& session, bool welcome);
    bool make_room(); // closes the connections that have waited longest for a request; false: there is none
    asio::awaitable<void> wait_until_empty(std::chrono::seconds patience);

    Router router;
    const ServerOptions options;
    const TrustedProxies proxies;
    UploadSpace uploads;
    RequestShares api_requests;
    std::optional<TlsServerContext> tls; // empty: plain HTTP
    ServerCounters counters;
    StandingLines standing_lines;
    RequestIds request_ids;
    bool ending = false; // every reply says Connection: close
    bool draining = false;
    std::unordered_set<Session*> sessions;
    asio::steady_timer emptied; // cancelled when the last session leaves
};

} // namespace waybill::http
