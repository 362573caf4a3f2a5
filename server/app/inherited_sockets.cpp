#include "server/app/inherited_sockets.hpp"

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
    const std::string text = value ? value : "";
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

} // namespace waybill
