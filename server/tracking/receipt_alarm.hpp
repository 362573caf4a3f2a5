#pragma once

#include "config/background_task.hpp"
#include "db/types/types.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace waybill::tracking
{

namespace asio = boost::asio;

// What this process has counted so far.
struct ReceiptFlow
{
    std::uint64_t accepted = 0;         // messages that Twilio accepted
    std::uint64_t wrong_signatures = 0; // receipts refused for their signature
    db::Time last_receipt{};            // when one was last acknowledged; the epoch: never
};

// Detects from repeated observations that receipts stay away although messages are sent: pure.
class SilenceDetector
{
public:
    enum class News
    {
        none,
        silent, // for the first time, or still, a patience after it was last reported
        flowing // after a silence
    };

    explicit SilenceDetector(std::chrono::seconds patience) : patience_(patience) {}

    News observe(db::Time now, const ReceiptFlow& flow);

    bool silent() const { return reported_at_.has_value(); }
    const ReceiptFlow& before() const { return before_; } // as it was at the last receipt

private:
    std::chrono::seconds patience_;
    ReceiptFlow before_;
    std::optional<db::Time> waiting_since_; // when a message was first accepted after the last receipt
    std::optional<db::Time> reported_at_;   // the silence
};

// Logs that receipts stay away, with the likely cause, and when they flow again.
class ReceiptAlarm
{
public:
    // patience 0: no alarm.
    ReceiptAlarm(asio::any_io_executor executor, std::chrono::seconds patience, std::string public_base_url,
                 std::function<ReceiptFlow()> flow);

    config::BackgroundTask task();

    bool silent() const { return detector_.silent(); }

private:
    asio::awaitable<config::Wakeup::Time> round();
    void look();
    void report_silence(const ReceiptFlow& flow) const;

    asio::any_io_executor executor_;
    std::chrono::seconds patience_;
    std::string public_base_url_;
    std::function<ReceiptFlow()> flow_;
    SilenceDetector detector_;
};

} // namespace waybill::tracking
