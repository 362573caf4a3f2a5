#pragma once

#include "db/events/endpoints.hpp"
#include "db/outbox/senders.hpp"
#include "db/postgres/replica.hpp"
#include "db/requests/budgets.hpp"
#include "db/types/seconds_histogram.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/api/contract/json.hpp"
#include "server/sending/sender_types.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How Waybill and its senders are doing, as the HTTP contract shows it. Texts are those of the values that are shown.
namespace waybill::api
{

// The standby that reports are read from.
struct ShownReplica
{
    std::string_view state; // unknown, following, behind, away, unfit
    std::optional<double> lag_seconds;
};
BOOST_DESCRIBE_STRUCT(ShownReplica, (), (state, lag_seconds))

// For everyone: no version, no traffic.
struct ShownHealth
{
    std::string_view status, database, journal, twilio;
    bool simulated = false;
    std::int64_t journaled_receipts = 0;
    bool senders_paused = false;             // at least one, or the account
    std::optional<ShownReplica> replica;     // null: there is none
    std::optional<std::string_view> problem; // what else is wrong, and what to do, in one sentence
    bool endpoints_disabled = false;         // at least one, because nothing reached it; no fault of Waybill
};
BOOST_DESCRIBE_STRUCT(ShownHealth, (),
                      (status, database, journal, twilio, simulated, journaled_receipts, senders_paused, replica,
                       problem, endpoints_disabled))

struct ShownSender
{
    std::string_view sender; // empty: the Messaging Service; `*`: the whole account
    std::string_view name;
    std::optional<double> messages_per_second;
    std::optional<db::Time> paused_at;
    std::optional<int> pause_code;
    std::optional<std::string_view> pause_reason;
    std::optional<db::Time> probe_at;
};
BOOST_DESCRIBE_STRUCT(ShownSender, (),
                      (sender, name, messages_per_second, paused_at, pause_code, pause_reason, probe_at))

struct ShownSenders
{
    std::vector<ShownSender> senders;
};
BOOST_DESCRIBE_STRUCT(ShownSenders, (), (senders))

struct ShownJournal
{
    std::int64_t records = 0;
    std::uint64_t bytes = 0;
    bool full = false;
};
BOOST_DESCRIBE_STRUCT(ShownJournal, (), (records, bytes, full))

struct ShownDailyBudget
{
    Dollars amount, spent, left;
    bool used_up = false; // campaigns wait
    std::string time_zone;
    db::Time next_day_at;
};
BOOST_DESCRIBE_STRUCT(ShownDailyBudget, (), (amount, spent, left, used_up, time_zone, next_day_at))

struct ShownNotifications
{
    std::string_view mail; // off, ready, faulty
    std::optional<std::string_view> mail_fault;
};
BOOST_DESCRIBE_STRUCT(ShownNotifications, (), (mail, mail_fault))

struct ShownDisabledEndpoint
{
    std::int64_t id = 0;
    std::string name, disabled_reason;
    db::Time disabled_at;
};
BOOST_DESCRIBE_STRUCT(ShownDisabledEndpoint, (), (id, name, disabled_reason, disabled_at))

struct ShownSystem
{
    std::string_view version;
    bool simulated = false;
    std::string_view twilio, database;
    std::optional<ShownReplica> replica; // null: there is none
    ShownJournal journal;
    std::vector<ShownSender> senders;
    std::int64_t in_flight = 0, concurrency_limit = 0;
    std::optional<db::Time> last_receipt_at;
    bool receipts_silent = false;
    std::optional<ShownLag> receipt_lag_seconds;
    std::optional<ShownDailyBudget> daily_budget; // null: none is set
    ShownNotifications notifications;
    std::vector<ShownDisabledEndpoint> disabled_endpoints;
};
BOOST_DESCRIBE_STRUCT(ShownSystem, (),
                      (version, simulated, twilio, database, replica, journal, senders, in_flight, concurrency_limit,
                       last_receipt_at, receipts_silent, receipt_lag_seconds, daily_budget, notifications,
                       disabled_endpoints))

ShownDisabledEndpoint show(const db::StoppedEndpoint& endpoint);

ShownSender show(const db::SenderState& state, const sending::SenderRates& rates);

// `default_sender` is shown even if nothing was sent from it yet.
std::vector<ShownSender> show(std::span<const db::SenderState> states, std::string_view default_sender,
                              const sending::SenderRates& rates);

std::optional<ShownReplica> show(const db::Replica* replica);

std::optional<ShownLag> show(const db::SecondsHistogram& lag);

std::optional<ShownDailyBudget> show(const std::optional<db::BudgetDay>& day,
                                     const std::optional<db::DayBudget>& budget);

} // namespace waybill::api
