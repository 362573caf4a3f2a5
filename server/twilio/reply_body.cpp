#include "server/twilio/reply_body.hpp"

#include <boost/json/parse.hpp>

#include <charconv>
#include <cmath>

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

} // namespace waybill::twilio
