#include "server/api/messages/message_request.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/labels.hpp"
#include "server/api/contract/times.hpp"
#include "server/http/refusal.hpp"
#include "server/text/clean_text.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"
#include "server/text/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <utility>
#include <vector>

namespace waybill::api
{

namespace json = boost::json;

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
        const std::string body = text::with_line_feeds(required("body").value_or(""));
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
        if (db::storable(text) != text) {
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

} // namespace waybill::api
