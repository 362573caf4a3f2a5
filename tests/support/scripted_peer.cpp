#include "tests/support/scripted_peer.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <openssl/ssl.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace waybill::test
{

using boost::asio::ip::tcp;

namespace
{

int listen_on(const std::string& address, std::uint16_t& port)
{
    tcp::endpoint endpoint(boost::asio::ip::make_address(address), 0);
    const int listener = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 || ::listen(listener, 64) != 0)
        throw std::runtime_error("cannot listen on " + address);
    socklen_t size = static_cast<socklen_t>(endpoint.capacity());
    ::getsockname(listener, endpoint.data(), &size);
    port = endpoint.port();
    return listener;
}

SSL_CTX* make_context(const PeerTls& tls)
{
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, tls.identity.certificate.get());
    SSL_CTX_use_PrivateKey(context, tls.identity.key.get());
    SSL_CTX_set_security_level(context, 0); // so that old versions can be offered
    SSL_CTX_set_min_proto_version(context, 0);
    SSL_CTX_set_max_proto_version(context, tls.max_version);
    return context;
}

std::size_t content_length(const std::string& head)
{
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

} // namespace

PeerConnection::PeerConnection(int descriptor) : descriptor_(descriptor), tls_(nullptr, SSL_free)
{
    const timeval patience{5, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

PeerConnection::~PeerConnection()
{
    ::close(descriptor_);
}

bool PeerConnection::accept_tls(SSL_CTX* context)
{
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), descriptor_);
    return SSL_accept(tls_.get()) == 1;
}

bool PeerConnection::read_more()
{
    char bytes[16 * 1024];
    const auto size = tls_ ? SSL_read(tls_.get(), bytes, sizeof bytes) : ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
}

std::string PeerConnection::read_request()
{
    std::size_t end = std::string::npos;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos)
        if (!read_more()) return std::exchange(input_, {});
    end += 4 + content_length(input_.substr(0, end));
    while (input_.size() < end)
        if (!read_more()) return std::exchange(input_, {});
    std::string request = input_.substr(0, end);
    input_.erase(0, end);
    return request;
}

std::string PeerConnection::read_through(std::string_view end)
{
    std::size_t at = std::string::npos;
    while ((at = input_.find(end)) == std::string::npos)
        if (!read_more()) return std::exchange(input_, {});
    std::string text = input_.substr(0, at + end.size());
    input_.erase(0, at + end.size());
    return text;
}

void PeerConnection::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto size = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

void PeerConnection::say_farewell()
{
    SSL_shutdown(tls_.get());
}

void PeerConnection::close()
{
    ::shutdown(descriptor_, SHUT_RDWR);
}

void PeerConnection::reset()
{
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(null, descriptor_); // closes the socket and keeps the number taken
    ::close(null);
}

void PeerConnection::wait_until_closed()
{
    while (read_more())
        continue;
}

void PeerConnection::interrupt()
{
    ::shutdown(descriptor_, SHUT_RDWR);
}

ScriptedPeer::ScriptedPeer(Script script, std::optional<PeerTls> tls, const std::string& address)
    : script_(std::move(script)),
      tls_(tls ? make_context(*tls) : nullptr, SSL_CTX_free),
      listener_(listen_on(address, port_)),
      acceptor_([this] { accept_all(); })
{
}

ScriptedPeer::~ScriptedPeer()
{
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto& connection : accepted_)
        connection.interrupt();
    for (auto& thread : threads_)
        thread.join();
    ::close(listener_);
}

std::string ScriptedPeer::origin(const std::string& host) const
{
    return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
}

std::vector<std::string> ScriptedPeer::server_names() const
{
    const std::lock_guard lock(mutex_);
    return server_names_;
}

void ScriptedPeer::accept_all()
{
    for (int number = 1;; ++number) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0) return;
        ++connections_;
        auto& connection = accepted_.emplace_back(descriptor);
        threads_.emplace_back([this, &connection, number] { play(connection, number); });
    }
}

void ScriptedPeer::play(PeerConnection& connection, int number)
{
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    const bool ready = !tls_ || connection.accept_tls(tls_.get());
    if (ready && tls_) note_handshake(connection.tls());
    if (ready) script_(connection, number);
    connection.close();
}

void ScriptedPeer::note_handshake(SSL* tls)
{
    if (SSL_session_reused(tls) == 1) ++resumed_sessions_;
    const char* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
    const std::lock_guard lock(mutex_);
    server_names_.emplace_back(name ? name : "");
}

} // namespace waybill::test
