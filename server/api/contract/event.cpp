#include "server/api/contract/event.hpp"

#include "server/api/contract/message.hpp"
#include "server/events/payload.hpp"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>

namespace waybill::api
{

namespace
{

ShownEventDelivery show_one(const db::ShownDelivery& delivery)
{
    db::Event event;
    event.number = delivery.number;
    event.at = delivery.at;
    return {.event_id = events::id_of(event),
            .type = delivery.kind,
            .state = delivery.state,
            .occurred_at = delivery.at,
            .attempts = delivery.attempts,
            .attempted_at = delivery.attempted_at,
            .milliseconds = delivery.milliseconds,
            .http_status = delivery.status,
            .answer = text_or_null(delivery.answer),
            .next_attempt_at = delivery.next_at};
}

} // namespace

std::vector<std::string> kinds_of(const db::Endpoint& endpoint)
{
    std::vector<std::string> kinds;
    if (!endpoint.kinds.empty()) boost::algorithm::split(kinds, endpoint.kinds, boost::algorithm::is_any_of(","));
    return kinds;
}

ShownEndpoint show(const db::Endpoint& endpoint)
{
    return {.id = endpoint.id,
            .url = endpoint.url,
            .description = endpoint.description,
            .events = kinds_of(endpoint),
            .campaign_id = text_or_null(endpoint.campaign),
            .created_by = text_or_null(endpoint.principal),
            .created_at = endpoint.created_at,
            .disabled = endpoint.disabled_at.has_value(),
            .disabled_at = endpoint.disabled_at,
            .disabled_reason = text_or_null(endpoint.disabled_reason),
            .old_secret_until = endpoint.old_secret_until,
            .waiting_deliveries = endpoint.waiting,
            .secret = {}};
}

ShownEventDeliveries show(const std::vector<db::ShownDelivery>& deliveries, int limit)
{
    ShownEventDeliveries shown;
    for (const db::ShownDelivery& each : deliveries)
        if (shown.deliveries.size() < static_cast<std::size_t>(limit)) shown.deliveries.push_back(show_one(each));
    if (deliveries.size() > shown.deliveries.size())
        shown.next_cursor = Decimal{deliveries[shown.deliveries.size() - 1].number};
    return shown;
}

} // namespace waybill::api
