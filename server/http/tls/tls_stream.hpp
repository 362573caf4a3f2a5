#pragma once

#include "server/http/origin.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <tuple>

namespace waybill::http
{

namespace asio = boost::asio;

using IoResult = std::tuple<boost::system::error_code, std::size_t>;

// What the TLS connections to one origin share: whom to trust, TLS 1.2 or newer, and the sessions to resume.
class TlsContext
{
public:
    TlsContext(const Origin& origin, const std::string& ca_file); // empty: the system's store; throws when unreadable
    ~TlsContext();

private:
    friend class TlsStream;
    struct State;
    std::unique_ptr<State> state_;
};

// What a server shows to its clients: a certificate with its chain and the key, PEM. TLS 1.2 or newer; sessions are
// resumed.
class TlsServerContext
{
public:
    TlsServerContext(const std::string& certificate_file, const std::string& key_file); // throws when unreadable
    ~TlsServerContext();

private:
    friend class TlsStream;
    struct State;
    std::unique_ptr<State> state_;
};

// TLS over a connected socket that outlives it; the context outlives both. The only place that instantiates ssl_stream.
class TlsStream
{
public:
    TlsStream(asio::ip::tcp::socket& socket, TlsContext& context);       // the client's end
    TlsStream(asio::ip::tcp::socket& socket, TlsServerContext& context); // the server's end
    ~TlsStream();

    // A client checks the certificate and that it is the host's. Empty when done; else the reason.
    asio::awaitable<std::string> handshake();
    bool has_resumed() const; // the handshake was a short one
    asio::awaitable<IoResult> read_some(asio::mutable_buffer into);
    asio::awaitable<IoResult> write(asio::const_buffer bytes); // all of them
    bool is_quiet() const; // no byte and no farewell of the peer waits inside, behind the socket

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::http
