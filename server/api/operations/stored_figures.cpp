#include "server/api/operations/stored_figures.hpp"

#include "server/api/operations/metrics.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

void write_completeness(MetricsPage& page, const db::Completeness& completeness)
{
    const std::int64_t final = completeness.by_receipt + completeness.by_lookup;
    page.family("waybill_messages_accepted", "gauge", "Messages of all campaigns that Twilio accepted.");
    page.sample(completeness.accepted);
    page.family("waybill_messages_final", "gauge", "Of these, the ones with a final state, by who reported it first.");
    page.sample(completeness.by_receipt, "by=\"receipt\"");
    page.sample(completeness.by_lookup, "by=\"reconciliation\"");
    page.family("waybill_messages_open", "gauge", "Of these, the ones without.");
    page.sample(completeness.accepted - final);
}

void write_present(MetricsPage& page, const db::PresentFigures& present)
{
    page.family("waybill_paused", "gauge", "What is paused now, by a person or by Waybill.");
    page.sample(present.campaigns_paused, "scope=\"campaign\"");
    page.sample(present.senders_paused, "scope=\"sender\"");
    page.sample(present.accounts_paused, "scope=\"account\"");
    page.family("waybill_endpoints", "gauge", "Endpoints of outgoing events.");
    page.sample(present.endpoints_enabled, "state=\"enabled\"");
    page.sample(present.endpoints_disabled, "state=\"disabled\"");
    page.family("waybill_event_deliveries_waiting", "gauge", "Deliveries of events that wait for an attempt.");
    page.sample(present.deliveries_waiting);
    page.family("waybill_event_lag_seconds", "gauge",
                "Age of the oldest event that an enabled endpoint has not accepted.");
    page.sample(static_cast<double>(present.event_lag_micros) / 1e6);
    page.family("waybill_notifications_waiting", "gauge", "Notifications that are to be sent.");
    page.sample(present.notifications_waiting);
    page.family("waybill_notification_addresses_failing", "gauge",
                "Addresses at which the last notification was not accepted.");
    page.sample(present.addresses_failing);
}

void write_budget(MetricsPage& page, const db::BudgetDay& day, const db::DayBudget& budget)
{
    constexpr double units = 10'000;
    page.family("waybill_daily_budget_dollars", "gauge", "What may be spent on a day.");
    page.sample(static_cast<double>(budget.amount) / units);
    page.family("waybill_daily_budget_left_dollars", "gauge", "What is left of it today.");
    page.sample(static_cast<double>(day.left(budget)) / units);
    page.family("waybill_daily_budget_used_up", "gauge", "1 while messages wait for the next day.");
    page.sample(day.is_used_up(budget) ? 1 : 0);
}

} // namespace

asio::awaitable<StoredFigures> read_stored_figures(Parts parts)
{
    StoredFigures figures;
    figures.completeness = co_await parts.reconciliation.completeness();
    figures.present = co_await db::read_present_figures(parts.database);
    if (parts.rules.day_budget) {
        db::BudgetDays days(parts.database);
        db::DayBudget budget = *parts.rules.day_budget;
        figures.day = co_await days.today(std::move(budget));
    }
    co_return figures;
}

void write_stored(MetricsPage& page, const StoredFigures& figures, const CampaignRules& rules)
{
    if (figures.completeness) write_completeness(page, *figures.completeness);
    if (figures.present) write_present(page, *figures.present);
    if (figures.day && rules.day_budget) write_budget(page, *figures.day, *rules.day_budget);
}

} // namespace waybill::api
