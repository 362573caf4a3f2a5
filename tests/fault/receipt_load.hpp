#pragma once

#include "tests/fault/due_receipts.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_client.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <random>
#include <thread>
#include <vector>

namespace waybill::test
{

struct PostedReceipt
{
    Receipt receipt;
    bool acknowledged = false; // one of its posts was answered with 2xx
};

// Several connections that post signed receipts as fast as they are answered: each message's in any order, some of them
// again, those that were not acknowledged too. The messages live one after the other, so that each moment has some in
// mid-life.
class ReceiptLoad
{
public:
    ReceiptLoad(const ServiceClient& waybill, std::vector<db::MessageId> messages, std::uint64_t seed,
                std::chrono::seconds duration);
    ~ReceiptLoad() { stop(); }

    void stop();                                                        // ends every connection
    std::vector<PostedReceipt> posted() const;                          // after stop()
    bool is_over() const { return Clock::now() - begun_ >= duration_; } // the last messages are alive

    std::uint64_t acknowledged() const { return acknowledged_; }
    std::uint64_t refused() const { return refused_; }       // 503: PostgreSQL is away and the journal full
    std::uint64_t unexpected() const { return unexpected_; } // any other answer
    std::chrono::milliseconds longest_wait() const
    {
        return std::chrono::milliseconds(longest_wait_);
    } // for an answer, or for its end

private:
    using Clock = std::chrono::steady_clock;
    struct Connection
    {
        std::mt19937_64 random;
        std::vector<PostedReceipt> posted;
        Clock::time_point asked_at{};
        std::thread thread;
    };

    void work(Connection& connection);
    bool post(RawHttp& http, Connection& connection);
    PostedReceipt& choose(Connection& connection) const;
    Receipt invent(std::mt19937_64& random) const;
    void note_wait(Clock::time_point asked_at);

    const ServiceClient& waybill_;
    const std::vector<db::MessageId> messages_;
    const Clock::time_point begun_ = Clock::now();
    const std::chrono::duration<double> duration_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> acknowledged_{0}, refused_{0}, unexpected_{0};
    std::atomic<std::int64_t> longest_wait_{0};
    std::list<Connection> connections_;
};

} // namespace waybill::test
