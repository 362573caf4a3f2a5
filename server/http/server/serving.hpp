#pragma once

#include "server/http/request_id.hpp"
#include "server/http/server/client_address.hpp"
#include "server/http/server/reply.hpp"
#include "server/http/server/request_parser.hpp"
#include "server/http/server/request_shares.hpp"
#include "server/http/server/server.hpp"
#include "server/http/tls/tls_stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <unordered_set>

namespace waybill::http
{

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
