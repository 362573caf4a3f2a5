#include "server/api/campaigns/campaign_form.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/errors.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/text/money.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/template.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <charconv>

namespace waybill::api
{

namespace
{

constexpr int longest_lapse_days = 36'500;
constexpr std::chrono::days furthest_schedule{365};

// HH:MM
bool is_time_of_day(std::string_view text)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 5 && text[2] == ':' && std::all_of(text.begin(), text.begin() + 2, is_digit) &&
           std::all_of(text.begin() + 3, text.end(), is_digit) && text < "24:00" && text[3] < '6';
}

// Takes the fields one by one and collects what is wrong with them.
class FieldReader
{
public:
    FieldReader(const std::map<std::string, std::string, std::less<>>& fields, std::vector<FieldFault>& faults)
        : fields_(fields), faults_(faults)
    {
    }

    std::string optional(std::string_view name) const
    {
        const auto field = fields_.find(name);
        return field == fields_.end() ? "" : boost::algorithm::trim_copy(field->second);
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

    int lapsed_after_days()
    {
        const std::string text = optional("lapsedAfterDays");
        int value = 30;
        if (text.empty()) return value;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > longest_lapse_days)
            fault("lapsedAfterDays", "must be a whole number of days from 0 to 36500", "int_parsing");
        return value;
    }

    std::optional<db::Time> send_at(db::Time now)
    {
        const std::string text = optional("sendAt");
        if (text.empty()) return std::nullopt;
        const auto time = parse_iso8601(text);
        if (!time)
            fault("sendAt", "must be a time like 2026-03-31T12:00:00Z", "datetime_parsing");
        else if (*time > now + furthest_schedule)
            fault("sendAt", "must be within a year", "value_error");
        return time;
    }

    std::optional<std::int64_t> max_cost()
    {
        const std::string text = optional("maxCost");
        if (text.empty()) return std::nullopt;
        const auto cost = text::parse_dollars(text);
        if (!cost) fault("maxCost", "must be an amount in USD like 12.50, with up to four places", "decimal_parsing");
        return cost;
    }

    std::optional<db::QuietHours> quiet_hours()
    {
        const std::string hours = optional("quietHours");
        db::QuietHours quiet;
        quiet.time_zone = optional("timeZone");
        if (hours.empty() && quiet.time_zone.empty()) return std::nullopt;
        const auto dash = std::min(hours.find('-'), hours.size());
        quiet.from = boost::algorithm::trim_copy(hours.substr(0, dash));
        quiet.until = boost::algorithm::trim_copy(hours.substr(std::min(dash + 1, hours.size())));
        if (hours.empty())
            fault("quietHours", "must be given with timeZone, like 21:00-09:00", "missing");
        else if (!is_time_of_day(quiet.from) || !is_time_of_day(quiet.until) || quiet.from == quiet.until)
            fault("quietHours", "must be two different times of the day like 21:00-09:00", "value_error");
        if (quiet.time_zone.empty()) fault("timeZone", "must be given with quietHours, like Europe/Rome", "missing");
        return quiet;
    }

    std::string from()
    {
        const std::string text = optional("from");
        if (text.empty()) return text;
        const auto number = text::parse_phone_number(text);
        if (!number) fault("from", "Invalid phone number format", "value_error");
        return number.value_or("");
    }

    void check_texts()
    {
        for (const auto& [name, value] : fields_)
            if (db::storable(value) != value)
                fault(db::storable(name), "must be UTF-8 text without NUL characters", "value_error");
    }

    void fault(std::string_view name, std::string_view message, std::string_view type)
    {
        faults_.push_back({"body", std::string(name), std::string(message), std::string(type)});
    }

private:
    const std::map<std::string, std::string, std::less<>>& fields_;
    std::vector<FieldFault>& faults_;
};

void check_file(const http::MultipartForm& form, FileRule rule, FieldReader& reader)
{
    if (form.files.contains("customerList")) return;
    if (form.fields.contains("customerList") && !form.fields.at("customerList").empty())
        reader.fault("customerList", "must be a file: send it with a file name", "value_error");
    else if (rule == FileRule::required)
        reader.fault("customerList", "Field required", "missing");
}

} // namespace

std::variant<CampaignForm, http::Response> read_campaign_form(http::MultipartForm form, FileRule file_rule,
                                                              db::Time now)
{
    std::vector<FieldFault> faults;
    FieldReader reader(form.fields, faults);
    CampaignForm campaign;
    reader.check_texts();
    campaign.restaurant_name = reader.required("restaurantName");
    campaign.offer = reader.required("offer");
    campaign.offer_code = reader.required("offerCode");
    campaign.message = reader.optional("message");
    campaign.name = reader.optional("name");
    campaign.lapsed_after_days = reader.lapsed_after_days();
    campaign.send_at = reader.send_at(now);
    campaign.max_cost = reader.max_cost();
    campaign.quiet_hours = reader.quiet_hours();
    campaign.from = reader.from();
    check_file(form, file_rule, reader);
    if (!faults.empty()) return unprocessable(faults);

    if (campaign.message.empty()) campaign.message = text::default_template;
    if (campaign.name.empty()) campaign.name = campaign.restaurant_name + " " + campaign.offer_code;
    if (auto file = form.files.find("customerList"); file != form.files.end()) {
        // A browser sends an empty, nameless part for a file field that was left empty.
        const bool left_empty = file->second.file_name.empty() && file->second.content.size() == 0;
        if (left_empty && file_rule == FileRule::required)
            return unprocessable({{"body", "customerList", "Field required", "missing"}});
        if (!left_empty && !boost::algorithm::iends_with(file->second.file_name, ".csv"))
            return http::error_response(400, "customerList must be a CSV file with a name that ends in .csv");
        if (!left_empty) campaign.customer_list = std::move(file->second);
    }
    campaign.fields = std::move(form.fields);
    return campaign;
}

} // namespace waybill::api
