#include "server/api/contract/message_history_json.hpp"

#include "server/api/contract/campaign_json.hpp"
#include "server/api/contract/json_values.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <string>

namespace waybill::api
{

namespace json = boost::json;
using text::dollars;

namespace
{

json::object event_json(const db::MessageHistory::Entry& event)
{
    json::object shown{{"at", to_iso8601(event.at)},
                       {"source", event.source},
                       {"status", event.status},
                       {"errorCode", nullptr},
                       {"errorMeaning", nullptr},
                       {"sid", text_or_null(event.sid)},
                       {"carrierTime", text_or_null(event.carrier_time)},
                       {"extra", nullptr}};
    if (event.error_code) {
        shown["errorCode"] = *event.error_code;
        shown["errorMeaning"] = twilio::explain_error(*event.error_code);
    }
    if (!event.extra_json.empty()) shown["extra"] = json::parse(event.extra_json);
    return shown;
}

} // namespace

json::object new_message_json(const db::MessageHistory& history, std::int64_t price_per_segment)
{
    const db::Message& message = history.message;
    const std::int64_t price = history.price_per_segment.value_or(price_per_segment);
    json::object shown = message_json(message, price);
    shown["campaignId"] = text_or_null(history.campaign);
    shown["from"] = text_or_null(history.sender);
    shown["sendAt"] = nullptr;
    shown["estimatedCost"] = dollars(message.segments * price);
    shown["price"] = nullptr;
    shown["conflicting"] = nullptr;
    if (history.send_at) shown["sendAt"] = to_iso8601(*history.send_at);
    if (message.price_micros) shown["price"] = dollars((*message.price_micros + 50) / 100);
    if (history.conflicting) shown["conflicting"] = db::name_of(*history.conflicting);
    return shown;
}

json::object history_json(const db::MessageHistory& history, std::int64_t price_per_segment)
{
    json::object shown = new_message_json(history, price_per_segment);
    json::array events;
    for (const db::MessageHistory::Entry& event : history.entries)
        events.push_back(event_json(event));
    shown["events"] = std::move(events);
    return shown;
}

} // namespace waybill::api
