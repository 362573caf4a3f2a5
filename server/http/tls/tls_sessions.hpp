#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <vector>

namespace waybill::http
{

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

} // namespace waybill::http
