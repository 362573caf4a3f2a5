#pragma once

#include "server/http/request_id.hpp"
#include "server/http/server/reply.hpp"
#include "server/http/server/server.hpp"
#include "server/http/tls/tls_stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <unordered_set>

namespace waybill::http
{

class Session;

// What the sessions of one server share.
struct Serving
{
    Serving(asio::any_io_executor executor, ServerOptions server_options);

    void enter(Session& session, bool welcome);
    void leave(Session& session, bool welcome);
    asio::awaitable<void> wait_until_empty(std::chrono::seconds patience);

    Router router;
    const ServerOptions options;
    std::optional<TlsServerContext> tls; // empty: plain HTTP
    ServerCounters counters;
    StandingLines standing_lines;
    RequestIds request_ids;
    bool draining = false;
    std::unordered_set<Session*> sessions;
    asio::steady_timer emptied; // cancelled when the last session leaves
};

} // namespace waybill::http
