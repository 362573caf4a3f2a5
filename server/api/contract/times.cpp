#include "server/api/contract/times.hpp"

#include "config/ascii.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/text/time_zones.hpp"

#include <algorithm>
#include <string>

namespace waybill::api
{

namespace
{

constexpr std::chrono::minutes tolerance{1};

// HH:MM
bool is_time_of_day(std::string_view text)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 5 && text[2] == ':' && std::all_of(text.begin(), text.begin() + 2, is_digit) &&
           std::all_of(text.begin() + 3, text.end(), is_digit) && text < "24:00" && text[3] < '6';
}

std::string limit_of(std::chrono::days furthest)
{
    return furthest == std::chrono::days(365) ? "a year" : std::to_string(furthest.count()) + " days";
}

} // namespace

std::optional<db::Time> read_send_at(std::string_view text, db::Time now, std::chrono::days furthest,
                                     std::vector<http::FieldFault>& faults)
{
    if (text.empty()) return std::nullopt;
    const auto time = parse_iso8601(text);
    if (!time)
        faults.push_back({"body", "sendAt", "must be a time like 2026-03-31T12:00:00Z", "datetime_parsing"});
    else if (*time > now + furthest)
        faults.push_back({"body", "sendAt", "must be within " + limit_of(furthest), "value_error"});
    else if (*time < now - tolerance)
        faults.push_back(
            {"body", "sendAt",
             to_iso8601(*time) + " has passed; it is " + to_iso8601(now) + " now. Leave sendAt out to send now",
             "value_error"});
    return time;
}

std::optional<db::QuietHours> read_quiet_hours(std::string_view hours, std::string_view time_zone,
                                               std::vector<http::FieldFault>& faults)
{
    if (hours.empty() && time_zone.empty()) return std::nullopt;
    const auto fault = [&faults](const char* field, std::string message, const char* type) {
        faults.push_back({"body", field, std::move(message), type});
    };
    db::QuietHours quiet;
    const auto dash = std::min(hours.find('-'), hours.size());
    quiet.from = config::trimmed(hours.substr(0, dash));
    quiet.until = config::trimmed(hours.substr(std::min(dash + 1, hours.size())));
    quiet.time_zone = time_zone;
    if (hours.empty())
        fault("quietHours", "must be given with timeZone, like 21:00-09:00", "missing");
    else if (!is_time_of_day(quiet.from) || !is_time_of_day(quiet.until) || quiet.from == quiet.until)
        fault("quietHours", "must be two different times of the day like 21:00-09:00", "value_error");
    if (const auto instead = text::zone_instead_of(time_zone))
        fault("timeZone",
              std::string(time_zone) + " does not follow daylight saving time; use a zone like " +
                  std::string(*instead),
              "value_error");
    return quiet;
}

} // namespace waybill::api
