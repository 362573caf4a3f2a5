#pragma once

#include "server/http/client/addresses.hpp"
#include "server/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace waybill::http
{

struct ClientOptions
{
    std::size_t max_connections = 100; // further requests wait for a free one, first come first served
    std::chrono::milliseconds connect_deadline{
        10'000}; // for name resolution, TCP and TLS together; also the limit for waiting in the queue
    std::chrono::milliseconds write_deadline{10'000}; // for the whole request
    std::chrono::milliseconds read_deadline{30'000};  // from its last byte to the last one of the response
    std::chrono::milliseconds idle_limit{20'000};     // a pooled connection idle for longer is not used again
    std::size_t max_response_bytes = 4U << 20;
    std::string ca_file;        // PEM to trust instead of the system's store; empty: the system's
    AddressRule may_connect_to; // empty: to every address
};

struct ClientRequest
{
    std::string method = "GET";
    std::string target; // path and query, starts with '/'
    std::vector<Header> headers;
    std::string body;
};

struct ClientResponse
{
    int status = 0;
    Headers headers;
    std::string body;
};

enum class FailedAt
{
    request, // the request itself cannot be written down as HTTP
    queue,   // no connection became free
    lookup,  // name resolution
    connect,
    handshake, // TLS, the certificate included
    exchange
};

// The exchange broke. `request_sent` says whether any byte of the request may have reached the peer: when false it is
// safe to send again, when true its fate is unknown.
struct ClientFailure
{
    bool request_sent = false;
    std::string reason;
    FailedAt failed_at = FailedAt::exchange;
};

using ClientResult = std::variant<ClientResponse, ClientFailure>;

// One origin (`http://host:port` or `https://host`), a pool of keep-alive connections, TLS with host-name verification
// and session reuse. Notices before use that the peer has closed a pooled connection. Never retries automatically.
class Client
{
public:
    Client(asio::any_io_executor executor, const std::string& origin,
           ClientOptions options); // throws on a malformed origin
    ~Client();

    asio::awaitable<ClientResult> send(ClientRequest request);
    std::size_t open_connections() const;
    void close(); // closes idle connections; those in use close when their exchange ends
    void abort(); // the same, and ends what is under way or waits, which fails; nothing is sent after that

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace waybill::http
