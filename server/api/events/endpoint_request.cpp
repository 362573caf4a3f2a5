#include "server/api/events/endpoint_request.hpp"

#include "server/api/access/json_fields.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/events/payload.hpp"

#include <algorithm>

namespace waybill::api
{

namespace
{

constexpr std::size_t max_description = 200;
constexpr std::size_t max_replayed_ids = 1'000;
constexpr int max_replayed = 100'000;
constexpr std::int64_t usual_overlap_hours = 24, max_overlap_hours = 7 * 24;

bool is_event_kind(std::string_view kind)
{
    return std::ranges::find(db::event_kinds, kind) != db::event_kinds.end();
}

std::optional<std::string> read_description(JsonFields& fields)
{
    auto description = fields.optional("description");
    if (description && description->size() > max_description)
        fields.fault("description", "must have at most 200 bytes");
    return description;
}

std::optional<std::vector<std::string>> read_kinds(JsonFields& fields)
{
    auto kinds = fields.optional_list("events");
    for (const std::string& kind : kinds.value_or(std::vector<std::string>()))
        if (!is_event_kind(kind)) fields.fault("events", "\"" + kind + "\" is no event; /api/docs lists them");
    if (kinds) {
        std::ranges::sort(*kinds);
        kinds->erase(std::unique(kinds->begin(), kinds->end()), kinds->end());
    }
    return kinds;
}

std::optional<db::Time> read_time(JsonFields& fields, std::string_view name)
{
    const auto text = fields.optional(name);
    if (!text) return std::nullopt;
    const auto time = parse_iso8601(*text);
    if (!time) fields.fault(name, "must be a time like 2026-03-31T12:00:00Z", "datetime_parsing");
    return time;
}

} // namespace

db::NewEndpoint read_new_endpoint(const http::Request& request)
{
    JsonFields fields(request);
    db::NewEndpoint endpoint;
    endpoint.url = fields.required("url");
    endpoint.description = read_description(fields).value_or("");
    endpoint.filter.kinds = read_kinds(fields).value_or(std::vector<std::string>());
    endpoint.filter.campaign = fields.optional("campaignId").value_or("");
    endpoint.filter.principal = fields.optional("createdBy").value_or("");
    fields.refuse_faults();
    return endpoint;
}

db::EndpointChange read_endpoint_change(const http::Request& request)
{
    JsonFields fields(request);
    db::EndpointChange change;
    change.url = fields.optional("url");
    if (change.url && change.url->empty()) fields.fault("url", "must not be blank", "string_too_short");
    change.description = read_description(fields);
    change.kinds = read_kinds(fields);
    change.campaign = fields.optional("campaignId");
    change.principal = fields.optional("createdBy");
    change.disabled = fields.optional_flag("disabled");
    fields.refuse_faults();
    return change;
}

std::chrono::seconds read_overlap(const http::Request& request)
{
    if (request.body.empty()) return std::chrono::hours(usual_overlap_hours);
    JsonFields fields(request);
    const auto hours = fields.optional_number("overlapHours", 0, max_overlap_hours);
    fields.refuse_faults();
    return std::chrono::hours(hours.value_or(usual_overlap_hours));
}

db::Replay read_replay(const http::Request& request)
{
    JsonFields fields(request);
    db::Replay replay;
    replay.limit = max_replayed;
    const auto ids = fields.optional_list("eventIds");
    const auto from = read_time(fields, "from"), to = read_time(fields, "to");
    if (ids) replay.numbers.emplace();
    for (const std::string& id : ids.value_or(std::vector<std::string>())) {
        if (const auto number = events::number_of(id))
            replay.numbers->push_back(*number);
        else
            fields.fault("eventIds", "\"" + id + "\" is no id of an event");
    }
    if (ids && ids->size() > max_replayed_ids) fields.fault("eventIds", "must be at most 1000");
    if (ids.has_value() == (from.has_value() && to.has_value()))
        fields.fault("eventIds", "give either the ids of the events, or from and to", "missing");
    fields.refuse_faults();
    replay.from = from.value_or(db::Time());
    replay.to = to.value_or(db::Time());
    return replay;
}

} // namespace waybill::api
