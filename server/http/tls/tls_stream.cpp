#include "server/http/tls/tls_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace waybill::http
{

using asio::ip::tcp;

namespace
{

constexpr std::size_t max_sessions = 64;

int owner_index()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// The sessions that a server gave us, to be resumed by later connections: the newest first, a TLS 1.3 ticket only once.
class TlsSessions
{
public:
    explicit TlsSessions(SSL_CTX* context); // collects from the connections of this context; both live equally long
    TlsSessions(const TlsSessions&) = delete;
    TlsSessions& operator=(const TlsSessions&) = delete;

    void offer(SSL* connection); // before its handshake

private:
    struct Free
    {
        void operator()(SSL_SESSION* session) const;
    };

    static int collect(SSL* connection, SSL_SESSION* session);
    void keep(SSL_SESSION* session);

    std::vector<std::unique_ptr<SSL_SESSION, Free>> sessions_;
};

TlsSessions::TlsSessions(SSL_CTX* context)
{
    SSL_CTX_set_ex_data(context, owner_index(), this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &TlsSessions::collect);
}

void TlsSessions::offer(SSL* connection)
{
    while (!sessions_.empty()) {
        auto session = std::move(sessions_.back());
        sessions_.pop_back();
        if (SSL_SESSION_is_resumable(session.get()) != 1) continue;
        SSL_set_session(connection, session.get());
        if (SSL_SESSION_get_protocol_version(session.get()) < TLS1_3_VERSION) sessions_.push_back(std::move(session));
        return;
    }
}

int TlsSessions::collect(SSL* connection, SSL_SESSION* session)
{
    auto* owner = static_cast<TlsSessions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), owner_index()));
    owner->keep(session);
    return 1; // the reference is ours now
}

void TlsSessions::keep(SSL_SESSION* session)
{
    if (sessions_.size() == max_sessions) sessions_.erase(sessions_.begin());
    sessions_.emplace_back(session);
}

void TlsSessions::Free::operator()(SSL_SESSION* session) const
{
    SSL_SESSION_free(session);
}

} // namespace

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
    // Without this, OpenSSL would discard the session of a connection that ends without close_notify.
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
