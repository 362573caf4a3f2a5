#include "server/app/supervisor.hpp"

#include "config/repeated_lines.hpp"

#include <boost/asio/buffer.hpp>

#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace waybill
{

namespace
{

constexpr int first_inherited = 3; // SD_LISTEN_FDS_START

std::string take_variable(const char* name)
{
    const char* value = std::getenv(name);
    std::string text = value ? value : "";
    ::unsetenv(name);
    return text;
}

} // namespace

std::vector<int> inherited_sockets()
{
    const std::string process = take_variable("LISTEN_PID"), count = take_variable("LISTEN_FDS");
    take_variable("LISTEN_FDNAMES");
    std::vector<int> sockets;
    if (process != std::to_string(::getpid()) || count.empty() || count == "0") return sockets;
    if (count != "1" && count != "2")
        throw std::runtime_error("systemd passes " + count + " sockets; Waybill listens on PORT and WEBHOOK_PORT");
    for (int place = 0; place < std::stoi(count); ++place) {
        sockets.push_back(first_inherited + place);
        ::fcntl(sockets.back(), F_SETFD, FD_CLOEXEC);
    }
    return sockets;
}

namespace
{

constexpr int beats_within_patience = 3;

std::string supervision_variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

// An abstract name begins with a zero byte; environment variables cannot hold one.
asio::local::datagram_protocol::endpoint endpoint_of(std::string socket)
{
    if (socket.starts_with('@')) socket.front() = '\0';
    return {socket};
}

} // namespace

Supervision inherited_supervision()
{
    Supervision supervision{supervision_variable("NOTIFY_SOCKET")};
    if (!supervision.socket.starts_with('/') && !supervision.socket.starts_with('@')) return {};
    const std::string process = supervision_variable("WATCHDOG_PID"), patience = supervision_variable("WATCHDOG_USEC");
    if (!process.empty() && process != std::to_string(::getpid())) return supervision;
    std::int64_t microseconds = 0;
    std::from_chars(patience.data(), patience.data() + patience.size(), microseconds);
    supervision.patience = std::chrono::microseconds(microseconds);
    return supervision;
}

Supervisor::Supervisor(asio::any_io_executor executor, Supervision supervision)
    : socket_(executor), supervision_(std::move(supervision)), next_beat_(executor)
{
    if (supervision_.socket.empty()) return;
    socket_.open();
    socket_.non_blocking(true); // the event loop does not wait for systemd
}

void Supervisor::ready(std::string_view address)
{
    notify("READY=1\nSTATUS=Listening on " + std::string(address));
    if (supervision_.patience.count() > 0) beat();
}

void Supervisor::ending(std::chrono::seconds most)
{
    const auto microseconds = std::chrono::microseconds(most).count();
    notify("STOPPING=1\nSTATUS=Finishing what is in flight\nEXTEND_TIMEOUT_USEC=" + std::to_string(microseconds));
}

void Supervisor::stop()
{
    supervision_.patience = {};
    next_beat_.cancel();
}

void Supervisor::beat()
{
    if (supervision_.patience.count() == 0) return; // stop() came while this was about to run
    notify("WATCHDOG=1");
    next_beat_.expires_after(supervision_.patience / beats_within_patience);
    next_beat_.async_wait([this](boost::system::error_code error) {
        if (!error) beat();
    });
}

void Supervisor::notify(std::string_view state)
{
    if (!socket_.is_open()) return;
    boost::system::error_code error;
    socket_.send_to(asio::buffer(state), endpoint_of(supervision_.socket), 0, error);
    if (error)
        config::log_repeated(config::LogLevel::warning, "systemd.unreachable",
                             {{"socket", supervision_.socket}, {"reason", error.message()}});
}

} // namespace waybill
