#include "tests/fault/siege.hpp"

#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/raw_http.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <utility>

namespace waybill::test
{

namespace
{

constexpr std::chrono::milliseconds between_bytes{20};

int number_of(const char* variable, int otherwise)
{
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::stoi(text);
}

} // namespace

SiegeSize siege_size()
{
    SiegeSize size;
    size.duration = std::chrono::seconds(number_of("WAYBILL_SIEGE_SECONDS", 1));
    size.receipts_per_second = number_of("WAYBILL_SIEGE_RECEIPTS", size.receipts_per_second);
    size.stops_per_second = number_of("WAYBILL_SIEGE_STOPS", size.stops_per_second);
    size.idle_connections = number_of("WAYBILL_SIEGE_IDLE", size.idle_connections);
    size.slow_connections = number_of("WAYBILL_SIEGE_SLOW", size.slow_connections);
    size.uploads = number_of("WAYBILL_SIEGE_UPLOADS", size.uploads);
    size.searches = number_of("WAYBILL_SIEGE_SEARCHES", size.searches);
    size.views = number_of("WAYBILL_SIEGE_VIEWS", size.views);
    size.list_rows = number_of("WAYBILL_SIEGE_ROWS", size.list_rows);
    size.opt_outs = number_of("WAYBILL_SIEGE_OPT_OUTS", size.opt_outs);
    return size;
}

Siege::Siege(const ServiceClient& waybill, const SiegeSize& size, std::string key)
    : waybill_(waybill), key_(std::move(key)), list_(lapsed_customers(size.list_rows))
{
    hold_connections(size.idle_connections, size.slow_connections);
    threads_.emplace_back([this] { send_slowly(); });
    repeat(size.uploads, [this] { upload_and_leave(); });
    repeat(2, [this] { upload_a_wide_header(); });
    repeat(size.searches, [this] { ask("/api/opt-outs?q=555"); });
    repeat(2, [this] { ask("/api/campaigns"); });
    repeat(size.exports, [this] { read_nothing("/api/campaigns/sms_1_fault0/messages.csv"); });
    repeat(size.views, [this] { read_nothing("/api/campaigns/sms_1_fault0/events"); });
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
                    ++requests_;
                }
                catch (const std::exception&) {
                    std::this_thread::sleep_for(between_bytes);
                }
            }
        });
}

void Siege::hold_connections(int idle, int slow)
{
    for (int i = 0; i < idle; ++i)
        idle_.emplace_back(waybill_.port());
    for (int i = 0; i < slow; ++i) {
        slow_.emplace_back(waybill_.port());
        slow_.back().send(i % 2 == 0 ? "GET /api/campaigns HTTP/1.1\r\nHost: " : "POST /webhooks/twilio/status/1 HTTP");
    }
}

void Siege::send_slowly()
{
    while (!ending_) {
        for (RawHttp& connection : slow_)
            connection.try_send("x");
        std::this_thread::sleep_for(between_bytes);
    }
}

void Siege::upload_and_leave() const
{
    RawHttp client(waybill_.port());
    client.send(with_token(CampaignUpload().file(list_).request("/api/campaigns/sms/preview"), key_));
    std::this_thread::sleep_for(5 * between_bytes); // then it leaves
}

void Siege::upload_a_wide_header() const
{
    std::string list = "customer_name,phone_number,last_order_date," + std::string(1'000'000, 'x') + "\r\n";
    for (int i = 0; i < 600; ++i)
        list += "a\r\n";
    waybill_.ask(with_token(CampaignUpload().file(list).request("/api/campaigns/sms/preview"), key_));
}

void Siege::read_nothing(const std::string& target) const
{
    RawHttp client(waybill_.port(), 4096);
    client.send(with_token(get_request(target), key_));
    client.receive_head();
    for (int i = 0; i < 10 && !ending_; ++i)
        std::this_thread::sleep_for(between_bytes);
}

void Siege::ask(const std::string& target)
{
    waybill_.ask(with_token(get_request(target), key_));
}

double TwilioTraffic::percentile(double share) const
{
    if (milliseconds.empty()) return 0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1));
    return milliseconds[place];
}

} // namespace waybill::test
