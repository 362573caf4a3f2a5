#include "server/http/tls/tls_stream.hpp"

#include "server/http/tls/tls_sessions.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <stdexcept>

namespace waybill::http
{

using asio::ip::tcp;

struct TlsContext::State
{
    explicit State(const Origin& to)
        : origin(to), context(asio::ssl::context::tls_client), sessions(context.native_handle())
    {
    }

    Origin origin;
    asio::ssl::context context;
    TlsSessions sessions;
};

TlsContext::TlsContext(const Origin& origin, const std::string& ca_file) : state_(std::make_unique<State>(origin))
{
    auto& context = state_->context;
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(asio::ssl::verify_peer);
    boost::system::error_code error;
    if (ca_file.empty())
        context.set_default_verify_paths(error);
    else
        context.load_verify_file(ca_file, error);
    if (error)
        throw std::runtime_error("the trusted certificates" + (ca_file.empty() ? "" : " in " + ca_file) +
                                 " cannot be read: " + error.message());
}

TlsContext::~TlsContext() = default;

struct TlsServerContext::State
{
    asio::ssl::context context{asio::ssl::context::tls_server};
};

TlsServerContext::TlsServerContext(const std::string& certificate_file, const std::string& key_file)
    : state_(std::make_unique<State>())
{
    auto& context = state_->context;
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    boost::system::error_code error;
    context.use_certificate_chain_file(certificate_file, error);
    if (error)
        throw std::runtime_error("the certificate in " + certificate_file + " cannot be used: " + error.message());
    context.use_private_key_file(key_file, asio::ssl::context::pem, error);
    if (error) throw std::runtime_error("the key in " + key_file + " cannot be used: " + error.message());
}

TlsServerContext::~TlsServerContext() = default;

struct TlsStream::State
{
    using Side = asio::ssl::stream_base::handshake_type;

    State(tcp::socket& socket, asio::ssl::context& context, Side end) : stream(socket, context), side(end) {}

    SSL* native() { return stream.native_handle(); }

    asio::ssl::stream<tcp::socket&> stream;
    Side side;
};

TlsStream::TlsStream(tcp::socket& socket, TlsServerContext& context)
    : state_(std::make_unique<State>(socket, context.state_->context, asio::ssl::stream_base::server))
{
}

TlsStream::TlsStream(tcp::socket& socket, TlsContext& context)
    : state_(std::make_unique<State>(socket, context.state_->context, asio::ssl::stream_base::client))
{
    SSL* ssl = state_->native();
    const Origin& origin = context.state_->origin;
    if (origin.is_address()) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), origin.host.c_str());
    }
    else {
        SSL_set_tlsext_host_name(ssl, origin.host.c_str());
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, origin.host.c_str());
    }
    context.state_->sessions.offer(ssl);
}

TlsStream::~TlsStream()
{
    // A connection that is dropped without a farewell would take its session with it.
    SSL_set_shutdown(state_->native(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

asio::awaitable<std::string> TlsStream::handshake()
{
    const auto [error] = co_await state_->stream.async_handshake(state_->side, asio::as_tuple(asio::use_awaitable));
    if (!error) co_return std::string();
    const long verdict = SSL_get_verify_result(state_->native());
    if (verdict != X509_V_OK)
        co_return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
    co_return error.message();
}

bool TlsStream::has_resumed() const
{
    return SSL_session_reused(state_->native()) == 1;
}

asio::awaitable<IoResult> TlsStream::read_some(asio::mutable_buffer into)
{
    return state_->stream.async_read_some(into, asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<IoResult> TlsStream::write(asio::const_buffer bytes)
{
    return asio::async_write(state_->stream, bytes, asio::as_tuple(asio::use_awaitable));
}

bool TlsStream::is_quiet() const
{
    SSL* ssl = state_->native();
    char byte = 0;
    ERR_clear_error();
    const int peeked = SSL_peek(ssl, &byte, 1);
    const bool nothing_there = peeked <= 0 && SSL_get_error(ssl, peeked) == SSL_ERROR_WANT_READ;
    ERR_clear_error();
    return nothing_there;
}

} // namespace waybill::http
