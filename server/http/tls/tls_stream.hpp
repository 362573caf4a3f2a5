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

// What the TLS connections to one origin share: which certificates to trust, TLS 1.2 or newer, and the sessions to
// resume.
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

    // A client checks that the certificate is trusted and belongs to the host. Empty when done; else the reason.
    asio::awaitable<std::string> handshake();
    bool has_resumed() const; // the handshake was a short one
    asio::awaitable<IoResult> read_some(asio::mutable_buffer into);
    asio::awaitable<IoResult> write(asio::const_buffer bytes); // all of them
    bool is_quiet() const; // the peer has sent nothing that TLS still holds, not even a close_notify

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::http
