#include "server/http/tls/tls_sessions.hpp"

namespace waybill::http
{
namespace
{

constexpr std::size_t max_sessions = 64;

int owner_index()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

} // namespace

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

} // namespace waybill::http
