#pragma once

#include "server/http/browser_rules.hpp"
#include "server/http/router.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waybill::http
{

struct ServerOptions
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                       // 0: any free one
    std::vector<int> listening_sockets;           // opened by a supervisor that keeps them open, instead of the ports
    std::optional<std::uint16_t> webhook_port;    // serves /webhooks/ alone, and then only it does
    std::size_t max_connections = 10'000;         // beyond it, those that have waited longest for a request are closed
    std::size_t max_api_requests = 9'000;         // under way at the same time; the rest is for webhooks
    std::size_t max_requests_per_address = 2'500; // the same, of one client
    std::uint64_t max_uploads_bytes = std::uint64_t{1} << 30;      // of all uploads under way
    std::uint64_t max_uploads_bytes_each = std::uint64_t{1} << 30; // of those of one principal
    std::vector<std::string> trusted_proxies; // addresses and networks whose X-Forwarded-For is believed
    bool proxy_protocol = false;              // the trusted proxies begin each connection with its header
    std::size_t max_header_bytes = 16 * 1024;
    std::chrono::seconds header_deadline{10}; // from the first byte of a request to the end of its headers
    std::chrono::seconds idle_deadline{60};   // between requests on a connection
    std::chrono::seconds body_deadline{30};   // without progress while a body is read; also below 1 KB/s
    std::chrono::seconds write_deadline{30};  // likewise while a reply is written
    BrowserRules browser_rules;
    bool checks_browsers = false;     // Host, Origin and Sec-Fetch-Site of every request
    bool logs_requests = false;       // each with its client's address and its route, never its path
    std::string tls_certificate_file; // PEM; empty: plain HTTP
    std::string tls_key_file;
};

struct ServerCounters
{
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_refused = 0; // over max_connections
    std::uint64_t connections_evicted = 0; // idle ones that made room for others
    std::uint64_t connections_open = 0;
    std::uint64_t upload_bytes = 0;         // of all uploads under way
    std::uint64_t tls_sessions_resumed = 0; // connections with a short handshake
    std::uint64_t requests = 0;
    std::uint64_t clients_left = 0;           // while their requests were handled
    std::uint64_t deadlines_passed = 0;       // other than idle_deadline
    std::uint64_t responses_by_class[6] = {}; // [2] counts 2xx, …
};

// An HTTP/1.1 server on Beast: keep-alive, pipelining (answered in order), Expect: 100-continue, HEAD, deadlines and
// limits. A handler's exception becomes a 500 with a log line. Every error it makes itself (400, 404, 405, 408, 413,
// 431, 503) has the JSON error shape. All calls on the executor's thread.
class Server
{
public:
    // Binds the port, which refuses connections until start(); throws when it cannot.
    Server(asio::any_io_executor executor, ServerOptions options);
    ~Server();
    std::uint16_t port() const;
    std::uint16_t webhook_port() const; // where the webhooks are

    void start(Router router); // listens and accepts; returns immediately; throws when it cannot listen

    bool is_ending() const;
    void announce_end(); // from now on every reply says Connection: close; everything is still served

    // Accepts who waits in the queue, then no more; closes idle connections, lets running requests finish (their
    // replies say Connection: close), and completes when the last connection is gone. Cuts what is left after
    // `patience`.
    asio::awaitable<void> drain(std::chrono::seconds patience);

    const ServerCounters& counters() const;
    std::vector<RouteTimes> route_times() const;

private:
    struct State;
    static asio::awaitable<void> accept(std::shared_ptr<State> state, bool at_webhook_port);
    static asio::awaitable<void> sweep(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

} // namespace waybill::http
