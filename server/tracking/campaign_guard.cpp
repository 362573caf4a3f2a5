#include "server/tracking/campaign_guard.hpp"

#include "config/log.hpp"
#include "db/postgres/watch.hpp"
#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill::tracking
{

using config::log;
using config::LogLevel;
using twilio::ErrorClass;

namespace
{

constexpr std::chrono::seconds interval{1};

constexpr int filtered_code = 30007;
constexpr int unreachable_phone_code = 30003; // temporary, but still concerns the recipient alone
constexpr int first_delivery_code = 30'000;   // lower codes are refusals, which pause the sender
constexpr std::int64_t min_filtered = 5, min_final = 50, min_of_account = 3;

// Unknown error codes count against the campaign.
bool concerns_recipient(int code)
{
    const twilio::ErrorInfo& error = twilio::describe_error(code);
    const bool is_known = error.code != 0;
    return code == unreachable_phone_code || (is_known && error.error_class == ErrorClass::permanent);
}

bool concerns_account(int code)
{
    return code >= first_delivery_code && twilio::describe_error(code).error_class == ErrorClass::account;
}

bool is_over(std::int64_t part, std::int64_t whole, int percent)
{
    return percent > 0 && part * 100 > whole * percent;
}

std::string counts(std::int64_t part, std::int64_t whole, const std::string& of_what)
{
    return std::to_string(part) + " of " + std::to_string(whole) + " " + of_what + " (" + text::percent(part, whole) +
           ")";
}

// The most frequent of the errors that count.
template <class Counts>
const db::ErrorCount* most_frequent(const std::vector<db::ErrorCount>& errors, Counts is_counted)
{
    const db::ErrorCount* most = nullptr;
    for (const db::ErrorCount& error : errors)
        if (is_counted(error.code) && (!most || error.count > most->count)) most = &error;
    return most;
}

std::optional<GuardReason> fault_of_account(const db::CampaignHealth& health)
{
    const db::ErrorCount* error = most_frequent(health.errors, concerns_account);
    if (!error || error->count < min_of_account) return std::nullopt;
    return GuardReason{error->code, std::to_string(error->count) + " messages failed with error " +
                                        std::to_string(error->code) + ": " + twilio::explain_error(error->code)};
}

std::optional<GuardReason> filtering(const db::CampaignHealth& health, int limit)
{
    const auto is_filtered = [](int code) { return code == filtered_code; };
    const db::ErrorCount* error = most_frequent(health.errors, is_filtered);
    if (!error || error->count < min_filtered || !is_over(error->count, health.accepted, limit)) return std::nullopt;
    return GuardReason{filtered_code, counts(error->count, health.accepted, "messages") +
                                          " were filtered, more than PAUSE_FILTERED_PERCENT allows. Error " +
                                          std::to_string(filtered_code) + ": " + twilio::explain_error(filtered_code)};
}

std::optional<GuardReason> failing(const db::CampaignHealth& health, int limit)
{
    const auto is_counted = [](int code) { return !concerns_recipient(code); };
    std::int64_t failed = 0;
    for (const db::ErrorCount& error : health.errors)
        failed += is_counted(error.code) ? error.count : 0;
    if (health.final < min_final || !is_over(failed, health.final, limit)) return std::nullopt;
    const db::ErrorCount* most = most_frequent(health.errors, is_counted);
    return GuardReason{most->code,
                       counts(failed, health.final, "messages with a final status") +
                           " were not delivered, more than PAUSE_FAILED_PERCENT allows. Most of them, error " +
                           std::to_string(most->code) + ": " + twilio::explain_error(most->code)};
}

} // namespace

std::optional<GuardReason> reason_to_pause(const db::CampaignHealth& health, const GuardLimits& limits)
{
    if (auto reason = fault_of_account(health)) return reason;
    if (auto reason = filtering(health, limits.filtered_percent)) return reason;
    return failing(health, limits.failed_percent);
}

config::BackgroundTask CampaignGuard::task()
{
    return config::repeat_every(interval, "campaign guard", executor_, [this] { return db::unless_away(look()); });
}

asio::awaitable<void> CampaignGuard::look()
{
    const std::vector<db::CampaignHealth> campaigns = co_await control_.to_guard();
    for (const db::CampaignHealth& campaign : campaigns) {
        const std::optional<GuardReason> reason = reason_to_pause(campaign, limits_);
        if (!reason) continue;
        std::string text = reason->text;
        const bool paused = co_await control_.guard(campaign.id, std::move(text));
        if (paused) report(campaign, *reason);
    }
    co_await control_.complete_idle();
}

void CampaignGuard::report(const db::CampaignHealth& campaign, const GuardReason& reason)
{
    ++counters_.paused;
    log(LogLevel::warning, "campaign.paused",
        {{"campaign", campaign.public_id},
         {"by", "guard"},
         {"code", reason.code},
         {"reason", reason.text},
         {"advice", "resume it to send the rest anyway; it is not paused for its errors again"}});
}

} // namespace waybill::tracking
