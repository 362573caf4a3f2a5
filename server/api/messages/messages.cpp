#include "server/api/messages/messages.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/labels.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/times.hpp"
#include "server/http/refusal.hpp"
#include "server/text/clean_text.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"
#include "server/text/time_zones.hpp"
#include "server/text/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <utility>
#include <vector>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::system_clock;

namespace
{

constexpr std::size_t max_body = 1'600; // UTF-16 units, Twilio's limit

// As far as Twilio schedules, and as far as lost receipts are looked for.
constexpr std::chrono::days max_schedule{35};

// Reads the fields one by one and collects their faults.
class FieldReader
{
public:
    FieldReader(const json::object& object, const CampaignRules& rules) : object_(object), rules_(rules) {}

    std::string recipient()
    {
        const auto text = required("to");
        return text ? accepted("to", *text, text::parse_recipient(*text, rules_.numbers)) : "";
    }

    std::string sender()
    {
        const auto text = optional("from");
        if (!text) return rules_.default_sender;
        return accepted("from", *text, text::parse_sender(*text, rules_.numbers.default_country_code));
    }

    std::string body()
    {
        std::string body = text::with_line_feeds(required("body").value_or(""));
        if (body.empty()) return body;
        const std::size_t units = text::utf16_units(body);
        if (body.find_first_not_of(" \t\r\n") == std::string::npos)
            fault("body", "must not be blank", "string_too_short");
        else if (units > max_body)
            fault("body", "must have at most 1600 characters, as UTF-16 counts them; it has " + std::to_string(units),
                  "string_too_long");
        return body;
    }

    std::optional<db::Time> send_at(db::Time now)
    {
        return read_send_at(optional("sendAt").value_or(""), now, max_schedule, faults_);
    }

    std::optional<db::QuietHours> quiet_hours()
    {
        const std::string hours = optional("quietHours").value_or(""), zone = optional("timeZone").value_or("");
        return read_quiet_hours(hours, zone, faults_);
    }

    db::Labels labels()
    {
        db::Labels labels;
        labels.reference = read_reference(optional("reference").value_or(""), faults_);
        const json::value* metadata = object_.if_contains("metadata");
        if (metadata != nullptr) labels.metadata_json = read_metadata(*metadata, faults_);
        if (!labels.metadata_json.empty()) fields_.emplace("metadata", labels.metadata_json);
        return labels;
    }

    std::map<std::string, std::string, std::less<>> take_fields() { return std::move(fields_); }
    const std::vector<http::FieldFault>& faults() const { return faults_; }

private:
    // Empty as well when there is a fault, which is noted.
    std::optional<std::string> optional(std::string_view name)
    {
        const json::value* value = object_.if_contains(name);
        if (!value || value->is_null()) return std::nullopt;
        if (!value->is_string()) {
            fault(name, "must be a string", "string_type");
            return std::nullopt;
        }
        std::string text(value->get_string());
        if (!db::is_storable(text)) {
            fault(name, "must be text without NUL characters", "value_error");
            return std::nullopt;
        }
        fields_.emplace(name, text);
        return text;
    }

    std::optional<std::string> required(std::string_view name)
    {
        const json::value* value = object_.if_contains(name);
        if (!value || value->is_null()) fault(name, "Field required", "missing");
        std::optional<std::string> text = optional(name);
        if (text && text->empty()) fault(name, "must not be blank", "string_too_short");
        return text;
    }

    std::string accepted(std::string_view name, const std::string& text, const text::PhoneNumber& number)
    {
        if (number) return *number;
        if (text.empty()) return "";
        fault(name, "Invalid phone number format: " + number.error().hint, "value_error");
        faults_.back().code = error_code("invalid_phone_number");
        return "";
    }

    void fault(std::string_view name, std::string message, std::string type)
    {
        faults_.push_back({"body", std::string(name), std::move(message), std::move(type)});
    }

    const json::object& object_;
    const CampaignRules& rules_;
    std::map<std::string, std::string, std::less<>> fields_;
    std::vector<http::FieldFault> faults_;
};

} // namespace

MessageRequest read_message_request(std::string_view text, const CampaignRules& rules, db::Time now)
{
    boost::system::error_code no_json;
    const json::value value = json::parse(text, no_json);
    return message_request_of(no_json ? json::value() : value, rules, now);
}

MessageRequest message_request_of(const json::value& value, const CampaignRules& rules, db::Time now)
{
    if (!value.is_object())
        throw http::Refusal(400, "Send a JSON object like {\"to\": \"+15550100000\", \"body\": \"Hello\"}")
            .with_code(error_code("invalid_json"));
    FieldReader reader(value.get_object(), rules);
    MessageRequest request;
    request.recipient = reader.recipient();
    request.body = reader.body();
    request.sender = reader.sender();
    request.send_at = reader.send_at(now);
    request.quiet_hours = reader.quiet_hours();
    request.labels = reader.labels();
    if (!reader.faults().empty()) throw http::Refusal(reader.faults());
    request.segments = static_cast<int>(text::segment(request.body).segments);
    request.fields = reader.take_fields();
    return request;
}

http::Response created_message(db::CreatedMessage created)
{
    http::Response response = http::json_response(201, std::move(created.reply));
    response.headers.emplace_back("Location", "/api/messages/" + std::to_string(created.id));
    return response;
}

void refuse_message(const db::CreateMessageResult& result)
{
    if (std::holds_alternative<db::KeyConflict>(result)) throw key_was_used();
    if (std::holds_alternative<db::RecipientOptedOut>(result))
        throw http::Refusal({"body", "to", "has opted out of messages; nothing is sent", "opted_out"})
            .with_code(error_code("recipient_opted_out"));
    if (const auto* over = std::get_if<db::OverDailyBudget>(&result))
        throw over_daily_budget(*over, system_clock::now());
    if (const auto* used_up = std::get_if<db::DayUsedUp>(&result)) throw day_used_up(*used_up, system_clock::now());
    if (std::holds_alternative<db::AlwaysQuiet>(result))
        throw http::Refusal({"body", "quietHours",
                             "leave no time of the day in all time zones that the number may belong to; give timeZone, "
                             "or shorter hours",
                             "value_error"})
            .with_code(error_code("always_quiet"));
}

asio::awaitable<http::Response> MessageRoutes::create(http::Request request)
{
    std::string key = idempotency_key_of(request);
    MessageRequest parsed = read_message_request(request.body, rules_, system_clock::now());
    co_await check_time_zone(campaigns_, parsed.quiet_hours);

    require_sender(request.caller, parsed.sender);
    db::NewMessage message = new_message(std::move(parsed), std::move(key));
    message.by = actor_of(request);
    message.creator = creator_of(request.caller);
    db::CreateMessageResult result = co_await single_messages_.create(std::move(message));
    if (const auto* known = std::get_if<db::KnownReference>(&result)) co_return co_await show_known(known->id);
    refuse_message(result);
    auto& created = std::get<db::CreatedMessage>(result);
    if (!created.repeated) dispatcher_.wake();
    co_return created_message(std::move(created));
}

// The reference was used before: the message that has it.
asio::awaitable<http::Response> MessageRoutes::show_known(db::MessageId id)
{
    const std::optional<db::MessageHistory> known = co_await messages_.find(id);
    if (!known) throw message_not_found();
    http::Response response = json_reply(200, show_new(*known, rules_.price_per_segment));
    response.headers.emplace_back("Location", "/api/messages/" + std::to_string(id));
    co_return response;
}

asio::awaitable<http::Response> MessageRoutes::one(http::Request request)
{
    const db::MessageHistory history = co_await message_of(messages_, request);
    co_return json_reply(200, show(history, rules_.price_per_segment));
}

db::NewMessage MessageRoutes::new_message(MessageRequest request, std::string idempotency_key) const
{
    db::NewMessage message;
    message.recipient = std::move(request.recipient);
    message.body = std::move(request.body);
    message.sender = std::move(request.sender);
    message.segments = request.segments;
    message.price_per_segment = rules_.price_per_segment;
    message.day_budget = rules_.day_budget;
    message.send_at = request.send_at;
    if (const auto& quiet = request.quiet_hours) {
        message.quiet_from = quiet->from;
        message.quiet_until = quiet->until;
        message.zones = quiet->time_zone.empty() ? text::time_zones_of(message.recipient) : quiet->time_zone;
    }
    message.labels = std::move(request.labels);
    message.write_reply = [sender = message.sender, labels = message.labels,
                           price = rules_.price_per_segment](const db::Message& made, std::optional<db::Time> send_at) {
        db::MessageHistory history;
        history.message = made;
        history.sender = sender;
        history.send_at = send_at;
        history.labels = labels;
        return to_json(show_new(history, price));
    };
    if (!idempotency_key.empty())
        message.idempotency = db::IdempotencyKey{std::move(idempotency_key),
                                                 [fields = std::move(request.fields)] { return fingerprint(fields); }};
    return message;
}

} // namespace waybill::api
