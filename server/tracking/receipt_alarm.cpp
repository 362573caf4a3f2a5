#include "server/tracking/receipt_alarm.hpp"

#include "config/log.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;
using namespace std::chrono_literals;

SilenceDetector::News SilenceDetector::observe(db::Time now, const ReceiptFlow& flow)
{
    if (flow.last_receipt != before_.last_receipt) {
        before_ = flow;
        waiting_since_.reset();
        return std::exchange(reported_at_, std::nullopt) ? News::flowing : News::none;
    }
    if (flow.accepted == before_.accepted) return News::none;
    if (!waiting_since_) waiting_since_ = now;
    if (now - reported_at_.value_or(*waiting_since_) < patience_) return News::none;
    reported_at_ = now;
    return News::silent;
}

ReceiptAlarm::ReceiptAlarm(asio::any_io_executor executor, std::chrono::seconds patience, std::string public_base_url,
                           std::function<ReceiptFlow()> flow)
    : executor_(executor),
      patience_(patience),
      public_base_url_(std::move(public_base_url)),
      flow_(std::move(flow)),
      detector_(patience)
{
}

config::BackgroundTask ReceiptAlarm::task()
{
    return config::repeat("receipt alarm", executor_, [this] { return round(); });
}

asio::awaitable<config::Wakeup::Time> ReceiptAlarm::round()
{
    if (patience_ == 0s) co_return config::Wakeup::Time::max();
    look();
    co_return std::chrono::steady_clock::now() + std::clamp<std::chrono::milliseconds>(patience_ / 10, 100ms, 30s);
}

void ReceiptAlarm::look()
{
    const ReceiptFlow flow = flow_();
    const SilenceDetector::News news = detector_.observe(std::chrono::system_clock::now(), flow);
    if (news == SilenceDetector::News::silent) report_silence(flow);
    if (news == SilenceDetector::News::flowing) log(LogLevel::info, "receipts.flowing");
}

void ReceiptAlarm::report_silence(const ReceiptFlow& flow) const
{
    const ReceiptFlow& before = detector_.before();
    const std::uint64_t wrong = flow.wrong_signatures - before.wrong_signatures;
    const std::string cause =
        wrong > 0 ? "receipts have wrong signatures: TWILIO_AUTH_TOKEN belongs to another account or region, or "
                    "PUBLIC_BASE_URL is not the URL that Twilio calls; waybill verify shows which"
                  : "nothing arrives from Twilio: PUBLIC_BASE_URL cannot be reached from the internet";
    log(LogLevel::error, "receipts.silent",
        {{"seconds", patience_.count()},
         {"accepted_since", flow.accepted - before.accepted},
         {"wrong_signatures_since", wrong},
         {"public_base_url", public_base_url_},
         {"likely_cause", cause},
         {"advice", "until receipts arrive, messages are looked up at Twilio, but late and slowly"}});
}

} // namespace waybill::tracking
