// Receives events for tests/bench/events: answers every POST with 204, and a GET with how many it has had, how many of
// these had an id of their own, and when the last one came (seconds of the system's clock). Prints its port.

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_set>

namespace
{

struct Counts
{
    long requests = 0;
    std::unordered_set<std::string> ids;
    double last_at = 0;
};

std::string_view field(std::string_view head, std::string_view name)
{
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos) return {};
    head.remove_prefix(at + name.size());
    return head.substr(0, head.find("\r\n"));
}

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string answer(std::string_view head, Counts& counts)
{
    if (!head.starts_with("GET")) {
        ++counts.requests;
        counts.ids.emplace(field(head, "webhook-id: "));
        counts.last_at = now();
        return "HTTP/1.1 204 No Content\r\n\r\n";
    }
    char body[100];
    const int size =
        std::snprintf(body, sizeof body, "%ld %zu %.3f\n", counts.requests, counts.ids.size(), counts.last_at);
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body;
}

// Answers the requests that are complete; returns what there is to send.
std::string take_requests(std::string& input, Counts& counts)
{
    std::string output;
    for (;;) {
        const std::size_t end = input.find("\r\n\r\n");
        if (end == std::string::npos) return output;
        const std::string_view head = std::string_view(input).substr(0, end + 2);
        const std::size_t size =
            end + 4 + std::strtoul(std::string(field(head, "Content-Length: ")).c_str(), nullptr, 10);
        if (input.size() < size) return output;
        output += answer(head, counts);
        input.erase(0, size);
    }
}

int listen_on_loopback()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 512) != 0) return -1;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

void watch(int poller, int socket)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    ::epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
}

void accept_one(int poller, int listener)
{
    const int socket = ::accept(listener, nullptr, nullptr);
    if (socket < 0) return;
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(poller, socket);
}

} // namespace

int main()
{
    const int listener = listen_on_loopback(), poller = ::epoll_create1(0);
    if (listener < 0 || poller < 0) return EXIT_FAILURE;
    watch(poller, listener);
    std::map<int, std::string> inputs;
    Counts counts;
    for (;;) {
        epoll_event events[64];
        const int ready = ::epoll_wait(poller, events, 64, -1);
        for (int i = 0; i < ready; ++i) {
            const int socket = events[i].data.fd;
            if (socket == listener) {
                accept_one(poller, listener);
                continue;
            }
            char bytes[32 * 1024];
            const ssize_t size = ::recv(socket, bytes, sizeof bytes, 0);
            if (size <= 0) {
                inputs.erase(socket);
                ::close(socket);
                continue;
            }
            std::string& input = inputs[socket];
            const std::string output = take_requests(input.append(bytes, static_cast<std::size_t>(size)), counts);
            if (!output.empty()) (void)!::send(socket, output.data(), output.size(), MSG_NOSIGNAL);
        }
    }
}
