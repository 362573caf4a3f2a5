#pragma once

#include "db/types/types.hpp"
#include "tests/support/service_client.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// What a hostile or careless client of the API can do at the same time, and what Twilio sends meanwhile.
namespace waybill::test
{

struct SiegeSize
{
    std::chrono::seconds duration{1};
    int receipts_per_second = 100, stops_per_second = 10;
    int idle_connections = 200, slow_connections = 50;
    int uploads = 6, searches = 6, exports = 8, views = 20; // clients of each kind
    int list_rows = 6'000;                                  // of each upload
    int opt_outs = 20'000;                                  // that are searched
};

SiegeSize siege_size(); // the short form, or that of the variables WAYBILL_SIEGE_...

// Everything at the same time, from its construction to its end.
class Siege
{
public:
    Siege(const ServiceClient& waybill, const SiegeSize& size, std::string key);
    ~Siege();

    std::size_t requests() const { return requests_; } // that were answered

private:
    void repeat(int clients, const std::function<void()>& action);
    void hold_connections(int idle, int slow);
    void send_slowly();
    void upload_and_leave() const;
    void upload_a_wide_header() const;
    void read_nothing(const std::string& target) const;
    void ask(const std::string& target);

    const ServiceClient& waybill_;
    std::string key_, list_;
    std::list<RawHttp> idle_, slow_; // of hold_connections and send_slowly
    std::atomic<bool> ending_{false};
    std::atomic<std::size_t> requests_{0};
    std::vector<std::thread> threads_;
};

// Receipts and STOPs at an even pace, each on a connection of its own.
struct TwilioTraffic
{
    std::size_t receipts = 0, acknowledged = 0; // sent, and answered with 204
    std::size_t stops = 0, stored = 0;          // sent, and answered with 200
    std::vector<double> milliseconds;           // of the receipts, ascending

    double percentile(double share) const;
};

// The messages get one receipt each, in order. `first_stop`: of the numbers that write STOP.
TwilioTraffic send_as_twilio(const ServiceClient& waybill, const std::vector<db::MessageId>& messages,
                             const SiegeSize& size, std::size_t first_stop);

} // namespace waybill::test
