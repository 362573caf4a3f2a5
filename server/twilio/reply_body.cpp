#include "server/twilio/reply_body.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>

namespace waybill::twilio
{

namespace json = boost::json;

namespace
{

std::optional<double> read_decimal(const json::value& value)
{
    if (const auto* string = value.if_string()) {
        double number = 0;
        const char* last = string->data() + string->size();
        const auto [end, error] = std::from_chars(string->data(), last, number);
        if (error != std::errc() || end != last) return std::nullopt;
        return number;
    }
    boost::system::error_code error;
    const auto number = value.to_number<double>(error);
    if (error) return std::nullopt;
    return number;
}

json::value parse_or_null(std::string_view body, json::memory_resource& memory)
{
    boost::system::error_code error;
    json::value value = json::parse(body, error, &memory);
    if (error) value = nullptr;
    return value;
}

using std::chrono::seconds;
using std::chrono::system_clock;

std::optional<seconds> read_seconds(std::string_view text)
{
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count < 0) return std::nullopt;
    return seconds(count);
}

std::optional<system_clock::time_point> read_http_date(std::string_view text)
{
    std::tm parts{};
    const std::string terminated(text);
    const char* end = ::strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end != '\0') return std::nullopt;
    return system_clock::from_time_t(::timegm(&parts));
}

} // namespace

ReplyBody::ReplyBody(std::string_view body)
    : memory_(first_memory_, sizeof first_memory_), value_(parse_or_null(body, memory_))
{
    object_ = value_.if_object();
}

const json::value* ReplyObject::member(std::string_view name) const
{
    return object_ ? object_->if_contains(name) : nullptr;
}

std::string ReplyObject::text(std::string_view name) const
{
    const auto* value = member(name);
    const auto* string = value ? value->if_string() : nullptr;
    return string ? std::string(string->data(), string->size()) : std::string();
}

std::optional<int> ReplyObject::integer(std::string_view name) const
{
    const auto* value = member(name);
    const auto number = value ? read_decimal(*value) : std::nullopt;
    constexpr double limit = 2'000'000'000;
    if (!number || !(std::abs(*number) < limit) || *number != std::trunc(*number)) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<std::int64_t> ReplyObject::micros(std::string_view name) const
{
    const auto* value = member(name);
    const auto number = value ? read_decimal(*value) : std::nullopt;
    constexpr double limit = 1'000'000'000;
    if (!number || !(std::abs(*number) < limit)) return std::nullopt;
    return std::llround(*number * 1'000'000);
}

std::vector<ReplyObject> ReplyObject::objects(std::string_view name) const
{
    std::vector<ReplyObject> found;
    const auto* value = member(name);
    const auto* array = value ? value->if_array() : nullptr;
    if (!array) return found;
    for (const json::value& each : *array)
        if (const auto* object = each.if_object()) found.emplace_back(object);
    return found;
}

using std::chrono::system_clock;

std::optional<system_clock::time_point> parse_rfc2822(std::string_view text)
{
    std::tm parts{};
    const std::string terminated(text);
    const char* end = ::strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S %z", &parts);
    if (!end || *end != '\0') return std::nullopt;
    const std::chrono::seconds east_of_utc(parts.tm_gmtoff);
    return system_clock::from_time_t(::timegm(&parts)) - east_of_utc;
}

std::string to_date(system_clock::time_point time)
{
    const std::time_t seconds = system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[16];
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts));
}

std::optional<seconds> read_retry_after(const http::Headers& headers, system_clock::time_point now)
{
    const auto text = headers.find("Retry-After");
    if (!text) return std::nullopt;
    if (const auto count = read_seconds(*text)) return count;
    const auto when = read_http_date(*text);
    if (!when) return std::nullopt;
    const auto said = read_http_date(headers.value_or_empty("Date")).value_or(now);
    return std::max(seconds(0), std::chrono::ceil<seconds>(*when - said));
}

} // namespace waybill::twilio
