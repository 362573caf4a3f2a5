#pragma once

#include "tests/support/throwaway_ca.hpp"

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace waybill::test
{

// One connection of a ScriptedPeer, blocking. Every wait gives up after five seconds; a client that has gone is no
// error.
class PeerConnection
{
public:
    explicit PeerConnection(int descriptor);
    ~PeerConnection();
    PeerConnection(const PeerConnection&) = delete;
    PeerConnection& operator=(const PeerConnection&) = delete;

    bool accept_tls(SSL_CTX* context);
    std::string read_request();                     // with its body; when the client closes, what came until then
    std::string read_through(std::string_view end); // likewise
    void write(std::string_view bytes);
    void say_farewell();      // TLS close_notify
    void close();             // in order
    void reset();             // with a RST
    void wait_until_closed(); // by the client
    void interrupt();         // from another thread: every wait ends
    SSL* tls() const { return tls_.get(); }

private:
    bool read_more();

    int descriptor_;
    std::unique_ptr<SSL, void (*)(SSL*)> tls_;
    std::string input_;
};

struct PeerTls
{
    TlsIdentity identity;
    int max_version = 0; // TLS1_2_VERSION, …; 0: the newest
};

// A server on loopback that plays a script for each connection, on a thread of its own: the truth about what a client
// does when its peer misbehaves. Destruction ends all connections.
class ScriptedPeer
{
public:
    using Script = std::function<void(PeerConnection& connection, int number)>; // connections count from 1

    explicit ScriptedPeer(Script script, std::optional<PeerTls> tls = {}, const std::string& address = "127.0.0.1");
    ~ScriptedPeer();

    std::string origin(const std::string& host = "127.0.0.1") const;
    int connections() const { return connections_; }
    int resumed_sessions() const { return resumed_sessions_; }
    std::vector<std::string> server_names() const; // as clients gave them in their handshakes

private:
    void accept_all();
    void play(PeerConnection& connection, int number);
    void note_handshake(SSL* tls);

    Script script_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> tls_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::atomic<int> connections_ = 0;
    std::atomic<int> resumed_sessions_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> server_names_;
    std::list<PeerConnection> accepted_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace waybill::test
