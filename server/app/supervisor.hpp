#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace waybill
{

namespace asio = boost::asio;

// The sockets that systemd (or another supervisor that speaks its protocol) opened for this process and keeps open
// while Waybill is restarted: the one of PORT and, if there is a second, the one of WEBHOOK_PORT. Empty: none. The
// variables are cleared, so that no child process takes the sockets for its own. Throws std::runtime_error when there
// are more.
std::vector<int> inherited_sockets();

// What systemd passes to a service of Type=notify; empty where it does not supervise this process.
struct Supervision
{
    std::string socket;                    // NOTIFY_SOCKET: a path, or `@` and an abstract name
    std::chrono::microseconds patience{0}; // WATCHDOG_USEC: a heartbeat must come within it; 0: none is expected
};

Supervision inherited_supervision();

// Reports to systemd when Waybill serves and when it ends. The heartbeat between comes from the event loop: when that
// hangs, systemd ends the process and starts another one. All calls on the executor's thread.
class Supervisor
{
public:
    Supervisor(asio::any_io_executor executor, Supervision supervision);

    void ready(std::string_view address);   // it serves there; the heartbeat begins
    void ending(std::chrono::seconds most); // it will have ended by then
    void stop();                            // the heartbeat ends, so that the event loop can

private:
    void beat();
    void notify(std::string_view state);

    asio::local::datagram_protocol::socket socket_;
    Supervision supervision_;
    asio::steady_timer next_beat_;
};

} // namespace waybill
