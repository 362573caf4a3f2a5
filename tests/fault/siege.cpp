#include "tests/fault/siege.hpp"

#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/raw_http.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <exception>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace waybill::test
{

namespace
{

using namespace std::chrono_literals;

constexpr int unread_buffer = 4096;

// A socket and nothing else: there are thousands of them.
class Held
{
public:
    explicit Held(std::uint16_t port, int receive_buffer = 0)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        if (receive_buffer > 0)
            ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in server{};
        server.sin_family = AF_INET;
        server.sin_port = htons(port);
        server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0) return;
        ::close(descriptor_);
        throw std::runtime_error("no connection");
    }
    ~Held()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Held(Held&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Held& operator=(Held&&) = delete;

    bool try_send(std::string_view bytes) const // a few
    {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent == static_cast<ssize_t>(bytes.size());
    }

private:
    int descriptor_;
};

int number_of(const char* variable, int otherwise)
{
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::stoi(text);
}

// Without a key it comes from this machine and needs none.
std::string as(const std::string& key, std::string request)
{
    return key.empty() ? request : with_token(std::move(request), key);
}

std::string wide_list()
{
    std::string list = "customer_name,phone_number,last_order_date," + std::string(1'000'000, 'x') + "\r\n";
    for (int i = 0; i < 200; ++i)
        list += "a\r\n";
    return list;
}

std::string with_many_files()
{
    std::string body;
    for (int i = 0; i < 99; ++i)
        body += "--b\r\nContent-Disposition: form-data; name=\"customerList\"; filename=\"a.csv\"\r\n\r\nx\r\n";
    const std::string type = "multipart/form-data; boundary=b";
    const std::string whole = request_with_body("/api/campaigns/sms/preview", {{"Content-Type", type}}, body);
    return whole.substr(0, whole.size() - 2);
}

} // namespace

SiegeSize siege_size()
{
    SiegeSize size;
    size.seconds = number_of("WAYBILL_SIEGE_SECONDS", size.seconds);
    size.receipts_per_second = number_of("WAYBILL_SIEGE_RECEIPTS", size.receipts_per_second);
    size.stops_per_second = number_of("WAYBILL_SIEGE_STOPS", size.stops_per_second);
    size.idle_connections = number_of("WAYBILL_SIEGE_IDLE", size.idle_connections);
    size.slow_connections = number_of("WAYBILL_SIEGE_SLOW", size.slow_connections);
    size.half_uploads = number_of("WAYBILL_SIEGE_HALF_UPLOADS", size.half_uploads);
    size.uploads = number_of("WAYBILL_SIEGE_UPLOADS", size.uploads);
    size.searches = number_of("WAYBILL_SIEGE_SEARCHES", size.searches);
    size.exports = number_of("WAYBILL_SIEGE_EXPORTS", size.exports);
    size.views = number_of("WAYBILL_SIEGE_VIEWS", size.views);
    size.list_rows = number_of("WAYBILL_SIEGE_ROWS", size.list_rows);
    size.opt_outs = number_of("WAYBILL_SIEGE_OPT_OUTS", size.opt_outs);
    return size;
}

Siege::Siege(const ServiceClient& waybill, const SiegeSize& size, std::string key, std::string key_of_another)
    : waybill_(waybill),
      key_(std::move(key)),
      key_of_another_(std::move(key_of_another)),
      list_(as(key_, CampaignUpload().file(lapsed_customers(size.list_rows)).request("/api/campaigns/sms/preview"))),
      wide_list_(as(key_, CampaignUpload().file(wide_list()).request("/api/campaigns/sms/preview"))),
      half_upload_(as(key_, with_many_files()))
{
    threads_.emplace_back([this, count = size.idle_connections] { hold_idle_connections(count); });
    threads_.emplace_back([this, count = size.slow_connections] { send_slowly(count); });
    threads_.emplace_back([this, count = size.views] { view(count); });
    repeat(size.half_uploads, [this] { half_upload(); });
    repeat(size.uploads, [this] { upload_and_leave(list_); });
    repeat(2, [this] { upload_and_leave(wide_list_); });
    repeat(size.searches, [this] { search(); });
    repeat(size.exports, [this] { export_unread(); });
    repeat(1, [this] { work(); });
}

Siege::~Siege()
{
    ending_ = true;
    for (std::thread& thread : threads_)
        thread.join();
}

// Whatever becomes of an action: the besieged server may refuse it or close its connection.
void Siege::repeat(int clients, const std::function<void()>& action)
{
    for (int i = 0; i < clients; ++i)
        threads_.emplace_back([this, action] {
            while (!ending_) {
                try {
                    action();
                }
                catch (const std::exception&) {
                    pause(20ms);
                }
            }
        });
}

void Siege::pause(std::chrono::milliseconds time) const
{
    constexpr auto step = 20ms;
    for (; time > 0ms && !ending_; time -= step)
        std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(time, step));
}

// Fifty new ones a second take the places of the oldest.
void Siege::hold_idle_connections(int count)
{
    std::deque<Held> connections;
    while (!ending_) {
        try {
            connections.emplace_back(waybill_.port());
        }
        catch (const std::exception&) {
            pause(20ms);
        }
        if (connections.size() < static_cast<std::size_t>(count)) continue;
        connections.pop_front();
        pause(20ms);
    }
}

// A byte a second on each; those that were closed come again.
void Siege::send_slowly(int count)
{
    std::deque<Held> connections;
    const auto begin = [&](std::string_view request) {
        connections.emplace_back(waybill_.port());
        connections.back().try_send(request);
    };
    for (std::size_t turn = 0; !ending_; ++turn) {
        try {
            if (connections.size() < static_cast<std::size_t>(count)) {
                begin(turn % 2 == 0 ? "GET /api/campaigns HTTP/1.1\r\nHost: " : "POST /webhooks/twilio/status/1 HTTP");
                continue;
            }
            Held oldest = std::move(connections.front());
            connections.pop_front();
            if (oldest.try_send("x")) connections.push_back(std::move(oldest));
            if (turn % 40 == 0) pause(20ms);
        }
        catch (const std::exception&) {
            pause(20ms);
        }
    }
}

void Siege::half_upload() const
{
    RawHttp client(waybill_.port());
    client.send(half_upload_);
    pause(1s);
}

void Siege::upload_and_leave(const std::string& list)
{
    {
        RawHttp client(waybill_.port());
        client.send(list);
        pause(100ms);
    }
    ++left_;
}

// As many as its principal may have; nothing of them is read.
void Siege::view(int count)
{
    std::deque<Held> streams;
    while (!ending_) {
        try {
            streams.emplace_back(waybill_.port(), unread_buffer);
            streams.back().try_send(as(key_, get_request("/api/campaigns/sms_1_fault0/events")));
        }
        catch (const std::exception&) {
            pause(20ms);
        }
        if (streams.size() < static_cast<std::size_t>(count)) continue;
        streams.pop_front();
        pause(100ms);
    }
}

void Siege::export_unread() const
{
    RawHttp client(waybill_.port(), unread_buffer);
    client.send(as(key_, get_request("/api/campaigns/sms_1_fault0/messages.csv")));
    client.receive_head();
    pause(2s);
}

void Siege::search()
{
    const int status = waybill_.ask(as(key_, get_request("/api/opt-outs?q=555"))).status;
    ++requests_;
    if (status != 200) pause(500ms); // its principal has its share
}

void Siege::work()
{
    const int status = waybill_.ask(as(key_of_another_, get_request("/api/campaigns"))).status;
    ++(status == 200 ? work_done_ : work_refused_);
    pause(100ms);
}

} // namespace waybill::test
