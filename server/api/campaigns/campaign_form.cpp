#include "server/api/campaigns/campaign_form.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/campaigns/list_fields.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/labels.hpp"
#include "server/api/contract/times.hpp"
#include "server/http/refusal.hpp"
#include "server/text/clean_text.hpp"
#include "server/text/money.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/template.hpp"
#include "server/text/utf8.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <charconv>

namespace waybill::api
{

namespace
{

constexpr int max_lapse_days = 36'500;
constexpr int max_hold_seconds = 60;
constexpr int max_recent_hours = 8'760; // a year

// Reads the fields one by one and collects their faults.
class FieldReader
{
public:
    FieldReader(const std::map<std::string, std::string, std::less<>>& fields, std::vector<http::FieldFault>& faults)
        : fields_(fields), faults_(faults)
    {
    }

    std::string optional(std::string_view name) const
    {
        const auto field = fields_.find(name);
        if (field == fields_.end()) return "";
        return boost::algorithm::trim_copy(text::with_line_feeds(field->second));
    }

    std::string required(std::string_view name)
    {
        std::string value = optional(name);
        if (!fields_.contains(name))
            fault(name, "Field required", "missing");
        else if (value.empty())
            fault(name, "Field must not be blank", "string_too_short");
        return value;
    }

    // What reaches a message, with plain characters when these are asked for.
    std::string shown(std::string text) const { return plain_ ? text::with_plain_characters(text) : text; }

    void read_plain_characters() { plain_ = flag("plainCharacters"); }
    bool plain_characters() const { return plain_; }

    int whole_number(std::string_view name, int standard, int max, std::string_view unit)
    {
        const std::string text = optional(name);
        int value = standard;
        if (text.empty()) return value;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max)
            fault(name, "must be a whole number of " + std::string(unit) + " from 0 to " + std::to_string(max),
                  "int_parsing");
        return value;
    }

    bool flag(std::string_view name)
    {
        const std::string text = boost::algorithm::to_lower_copy(optional(name));
        const bool yes = text == "true" || text == "1" || text == "yes" || text == "on";
        const bool no = text.empty() || text == "false" || text == "0" || text == "no" || text == "off";
        if (!yes && !no) fault(name, "must be true or false", "bool_parsing");
        return yes;
    }

    void check_braces(const std::string& message)
    {
        for (const std::string& piece : text::stray_braces(message))
            fault("message", text::explain_stray_brace(piece), "value_error");
    }

    std::optional<std::int64_t> max_cost()
    {
        const std::string text = optional("maxCost");
        if (text.empty()) return std::nullopt;
        const auto cost = text::parse_dollars(text);
        if (!cost) fault("maxCost", "must be an amount in USD like 12.50, with up to four places", "decimal_parsing");
        return cost;
    }

    std::string from(std::string_view default_country_code)
    {
        std::string text = optional("from");
        if (text.empty()) return text;
        const text::PhoneNumber sender = text::parse_sender(text, default_country_code);
        if (sender) return *sender;
        fault("from", "Invalid phone number format: " + sender.error().hint, "value_error");
        faults_.back().code = error_code("invalid_phone_number");
        return "";
    }

    void check_length(std::string_view name, const std::string& value, std::size_t max)
    {
        if (const std::size_t size = text::utf16_units(value); size > max)
            fault(name, "must have at most " + std::to_string(max) + " characters; it has " + std::to_string(size),
                  "string_too_long");
    }

    void check_texts()
    {
        for (const auto& [name, value] : fields_)
            if (!db::is_storable(value))
                fault(db::storable(name), "must be UTF-8 text without NUL characters", "value_error");
    }

    void fault(std::string_view name, std::string_view message, std::string_view type)
    {
        faults_.push_back({"body", std::string(name), std::string(message), std::string(type)});
    }

private:
    const std::map<std::string, std::string, std::less<>>& fields_;
    std::vector<http::FieldFault>& faults_;
    bool plain_ = false;
};

// Nothing is sent before the hold is over; a campaign for later is held back anyway.
std::optional<db::Time> held_back(std::optional<db::Time> send_at, std::chrono::seconds hold, db::Time now)
{
    if (hold == std::chrono::seconds(0)) return send_at;
    return std::max(send_at.value_or(now), now + hold);
}

void check_file(const http::MultipartForm& form, FileRule rule, FieldReader& reader)
{
    if (form.files.contains("customerList")) return;
    if (form.fields.contains("customerList") && !form.fields.at("customerList").empty())
        reader.fault("customerList", "must be a file: send it with a file name", "value_error");
    else if (rule == FileRule::required)
        reader.fault("customerList", "Field required", "missing");
}

void read_texts(FieldReader& reader, CampaignForm& campaign)
{
    reader.check_texts();
    reader.read_plain_characters();
    campaign.plain_characters = reader.plain_characters();
    campaign.restaurant_name = reader.shown(reader.required("restaurantName"));
    campaign.offer = reader.shown(reader.required("offer"));
    campaign.offer_code = reader.shown(reader.required("offerCode"));
    campaign.message = reader.shown(reader.optional("message"));
    reader.check_braces(campaign.message);
    campaign.name = reader.optional("name");
    reader.check_length("restaurantName", campaign.restaurant_name, 200);
    reader.check_length("offer", campaign.offer, 500);
    reader.check_length("offerCode", campaign.offer_code, 40);
    reader.check_length("message", campaign.message, 1'600);
    reader.check_length("name", campaign.name, 200);
}

} // namespace

CampaignForm read_campaign_form(http::MultipartForm form, FileRule file_rule, std::string_view default_country_code,
                                db::Time now)
{
    std::vector<http::FieldFault> faults;
    FieldReader reader(form.fields, faults);
    CampaignForm campaign;
    read_texts(reader, campaign);
    campaign.lapsed_after_days = reader.whole_number("lapsedAfterDays", 30, max_lapse_days, "days");
    campaign.send_at =
        held_back(read_send_at(reader.optional("sendAt"), now, max_campaign_schedule, faults),
                  std::chrono::seconds(reader.whole_number("holdSeconds", 0, max_hold_seconds, "seconds")), now);
    campaign.max_cost = reader.max_cost();
    campaign.quiet_hours = read_quiet_hours(reader.optional("quietHours"), reader.optional("timeZone"), faults);
    if (const int hours = reader.whole_number("notTextedWithinHours", 0, max_recent_hours, "hours"); hours > 0)
        campaign.not_texted_within_hours = hours;
    campaign.confirm_repeat = reader.flag("confirmRepeat");
    campaign.from = reader.from(default_country_code);
    campaign.labels.reference = read_reference(reader.optional("reference"), faults);
    campaign.labels.metadata_json = read_metadata_text(reader.optional("metadata"), faults);
    campaign.list_choices = read_list_choices(form.fields, faults);
    check_file(form, file_rule, reader);
    if (!faults.empty()) throw http::Refusal(std::move(faults));

    if (campaign.message.empty()) campaign.message = text::default_template;
    if (campaign.name.empty()) campaign.name = campaign.restaurant_name + " " + campaign.offer_code;
    if (auto file = form.files.find("customerList"); file != form.files.end()) {
        // A browser sends an empty, nameless part for a file field that was left empty.
        const bool left_empty = file->second.file_name.empty() && file->second.content.size() == 0;
        if (left_empty && file_rule == FileRule::required)
            throw http::Refusal({"body", "customerList", "Field required", "missing"});
        if (!left_empty) campaign.customer_list = std::move(file->second);
    }
    campaign.fields = std::move(form.fields);
    return campaign;
}

} // namespace waybill::api
