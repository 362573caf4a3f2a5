#include "server/events/payload.hpp"

#include "config/json_text.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace waybill::events
{

namespace
{

std::int64_t seconds_of(db::Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string iso_time(db::Time time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
    char text[40];
    const int size =
        std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count()));
    return {text, static_cast<std::size_t>(size)};
}

// Writes one JSON object, member by member.
class Members
{
public:
    void text(std::string_view name, std::string_view value) { raw(name, config::as_json(value)); }
    void text_or_null(std::string_view name, std::string_view value)
    {
        raw(name, value.empty() ? "null" : config::as_json(value));
    }
    template <class Number>
    void number(std::string_view name, const std::optional<Number>& value)
    {
        raw(name, value ? std::to_string(*value) : "null");
    }
    void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
    void raw(std::string_view name, std::string_view json)
    {
        json_ += json_.empty() ? "{\"" : ",\"";
        json_.append(name).append("\":").append(json);
    }
    std::string take() { return std::move(json_ += '}'); }

private:
    std::string json_;
};

std::string message_data(const db::Event& event, std::string_view status)
{
    Members data;
    data.text("id", std::to_string(event.message_id.value_or(0)));
    data.text("status", status);
    data.text_or_null("to", event.recipient);
    data.text_or_null("from", event.sender);
    data.text_or_null("sid", event.sid);
    data.number("segments", std::optional(event.segments));
    data.number("errorCode", event.error_code);
    data.text_or_null("campaignId", event.campaign);
    data.text_or_null("reference", event.reference);
    data.raw("metadata", event.metadata_json.empty() ? "null" : event.metadata_json);
    return data.take();
}

std::string campaign_data(const db::Event& event)
{
    Members data;
    data.text("campaignId", event.campaign);
    data.text("campaignName", event.campaign_name);
    data.text_or_null("reason", event.reason);
    data.text_or_null("reference", event.reference);
    data.raw("metadata", event.metadata_json.empty() ? "null" : event.metadata_json);
    return data.take();
}

std::string reply_data(const db::Event& event)
{
    Members data;
    data.text("sid", event.object);
    data.text_or_null("from", event.person);
    data.text("to", event.to_address);
    data.text_or_null("body", event.body);
    data.flag("looksLikeOptOut", event.looks_like_opt_out);
    data.text_or_null("messageId", event.message_id ? std::to_string(*event.message_id) : "");
    data.text_or_null("campaignId", event.campaign);
    return data.take();
}

std::string opt_out_data(const db::Event& event)
{
    Members data;
    data.text_or_null("phone", event.person);
    data.text("source", event.source);
    data.text_or_null("campaignId", event.campaign);
    return data.take();
}

std::string sender_data(const db::Event& event)
{
    Members data;
    data.text_or_null("sender", event.object);
    data.number("errorCode", event.error_code);
    data.text_or_null("reason", event.reason);
    return data.take();
}

std::string budget_data(const db::Event& event)
{
    Members data;
    data.text("day", event.object);
    data.text_or_null("principal", event.principal);
    data.text_or_null("reason", event.reason);
    return data.take();
}

std::string data_of(const db::Event& event)
{
    const std::string_view kind = event.kind;
    const std::string_view subject = kind.substr(0, kind.find('.'));
    if (subject == "message") return message_data(event, kind.substr(subject.size() + 1));
    if (subject == "campaign") return campaign_data(event);
    if (subject == "reply") return reply_data(event);
    if (subject == "opt_out") return opt_out_data(event);
    if (subject == "budget") return budget_data(event);
    return sender_data(event);
}

std::string written(std::string_view id, std::string_view kind, db::Time at, std::string_view data)
{
    Members event;
    event.text("id", id);
    event.text("type", kind);
    event.text("timestamp", iso_time(at));
    event.raw("data", data);
    return event.take();
}

} // namespace

std::string id_of(const db::Event& event)
{
    return "evt_" + std::to_string(seconds_of(event.at)) + "_" + std::to_string(event.number);
}

std::optional<db::EventNumber> number_of(std::string_view id)
{
    const std::size_t last = id.rfind('_');
    if (!id.starts_with("evt_") || last <= 4 || last + 1 >= id.size()) return std::nullopt;
    const std::string_view digits = id.substr(last + 1);
    db::EventNumber number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number <= 0) return std::nullopt;
    return number;
}

std::string payload_of(const db::Event& event)
{
    return written(id_of(event), event.kind, event.at, data_of(event));
}

TestEvent test_event(std::int64_t endpoint_id, db::Time now)
{
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
    TestEvent event{"evt_test_" + std::to_string(micros), {}};
    Members data;
    data.text("endpointId", std::to_string(endpoint_id));
    event.payload = written(event.id, "endpoint.test", now, data.take());
    return event;
}

} // namespace waybill::events
