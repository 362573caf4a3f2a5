#pragma once

#include "db/types/types.hpp"
#include "tests/support/service_client.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

// What hostile and careless clients of the API can do at the same time, and what Twilio sends meanwhile.
namespace waybill::test
{

struct SiegeSize
{
    int seconds = 1;
    int receipts_per_second = 100, stops_per_second = 10;
    int idle_connections = 10'050, slow_connections = 2'000;
    int half_uploads = 40;                      // of 99 file parts each
    int uploads = 6, searches = 6, exports = 4; // clients of each kind
    int views = 50;                             // of one principal
    int list_rows = 6'000;                      // of each upload
    int opt_outs = 20'000;                      // that are searched
};

SiegeSize siege_size(); // the short form, or that of the variables WAYBILL_SIEGE_...

// Everything at the same time, from its construction to its end.
class Siege
{
public:
    // Empty keys: requests are local ones.
    Siege(const ServiceClient& waybill, const SiegeSize& size, std::string key, std::string key_of_another);
    ~Siege();

    bool has_begun() const { return requests_ > 0 && left_ > 0; }
    std::size_t requests() const { return requests_; } // that were answered, whatever the answer
    std::size_t left() const { return left_; }         // of clients that did not wait for it
    std::size_t work_done() const { return work_done_; }
    std::size_t work_refused() const { return work_refused_; } // of the other principal, whose requests are usual ones

private:
    void repeat(int clients, const std::function<void()>& action);
    void pause(std::chrono::milliseconds time) const; // or until the siege ends
    void hold_idle_connections(int count);
    void send_slowly(int count);
    void half_upload() const;
    void upload_and_leave(const std::string& list);
    void view(int count);
    void export_unread() const;
    void search();
    void work();

    const ServiceClient& waybill_;
    const std::string key_, key_of_another_;
    const std::string list_, wide_list_, half_upload_;
    std::atomic<bool> ending_{false};
    std::atomic<std::size_t> requests_{0}, left_{0}, work_done_{0}, work_refused_{0};
    std::vector<std::thread> threads_;
};

// Receipts and STOPs at an even pace, each on a connection of its own.
struct TwilioTraffic
{
    std::size_t receipts = 0, acknowledged = 0; // sent, and answered with 204
    std::size_t stops = 0, stored = 0;          // sent, and answered with 200
    std::size_t repeated = 0;                   // because the connection broke
    std::vector<double> milliseconds;           // from the time at which each receipt was due to its answer, ascending

    double percentile(double share) const;
};

// The messages get one receipt each, in order. `first_stop`: of the numbers that write STOP.
TwilioTraffic send_as_twilio(const ServiceClient& waybill, const std::vector<db::MessageId>& messages,
                             const SiegeSize& size, std::size_t first_stop);

} // namespace waybill::test
