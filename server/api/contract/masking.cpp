#include "server/api/contract/masking.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/json.hpp"
#include "server/api/contract/request.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::array<std::string_view, 8> texts = {"answer", "sampleMessage", "body",     "extra",
                                                   "data",   "firstRows",     "examples", "metadata"};
constexpr std::array<std::string_view, 3> numbers = {"to", "from", "phone"};

template <std::size_t Size>
bool is_among(const std::array<std::string_view, Size>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

// `data` of a reply or an event is its content; `data` of a rejected row is what the row said.
bool is_content(const json::object& object)
{
    return object.contains("success") || object.contains("timestamp");
}

void mask_members(json::object& object)
{
    const bool is_message = object.contains("to"); // the name beside it is a person's, others are of campaigns
    for (auto& [key, value] : object) {
        const std::string_view name(key.data(), key.size());
        const bool is_event_data = name == "data" && is_content(object);
        if (is_among(texts, name) && !is_event_data)
            value = nullptr;
        else if (is_among(numbers, name) && value.is_string())
            value = masked_number(std::string_view(value.as_string()));
        else if (name == "name" && is_message && value.is_string())
            value = masked_name(std::string_view(value.as_string()));
        else
            mask_people(value);
    }
}

void append(std::string& text, const json::value& value);

void append_members(std::string& text, const json::object& object)
{
    text += '{';
    for (const json::key_value_pair& member : object) {
        if (&member != object.begin()) text += ',';
        append_json(text, std::string_view(member.key().data(), member.key().size()));
        append(text += ':', member.value());
    }
    text += '}';
}

void append_elements(std::string& text, const json::array& array)
{
    text += '[';
    for (const json::value& each : array) {
        if (&each != array.data()) text += ',';
        append(text, each);
    }
    text += ']';
}

// As all replies are written: Boost writes 2.65 as 2.65E0.
void append(std::string& text, const json::value& value)
{
    switch (value.kind()) {
    case json::kind::null:
        text += "null";
        return;
    case json::kind::bool_:
        return append_json(text, value.get_bool());
    case json::kind::int64:
        return append_json(text, value.get_int64());
    case json::kind::uint64:
        return append_json(text, value.get_uint64());
    case json::kind::double_:
        return append_json(text, value.get_double());
    case json::kind::string:
        return append_json(text, std::string_view(value.get_string()));
    case json::kind::array:
        return append_elements(text, value.get_array());
    case json::kind::object:
        return append_members(text, value.get_object());
    }
}

std::string written(const json::value& value)
{
    std::string text;
    append(text, value);
    return text;
}

} // namespace

std::string masked_number(std::string_view number)
{
    constexpr std::size_t shown = 4;
    std::string masked(number.substr(0, std::min(shown, number.size() / 3)));
    return masked.append(number.size() - masked.size(), '*');
}

std::string masked_name(std::string_view name)
{
    const bool is_plain = !name.empty() && static_cast<unsigned char>(name.front()) < 0x80;
    return std::string(is_plain ? name.substr(0, 1) : std::string_view()) + "***";
}

void mask_people(json::value& value)
{
    if (json::object* object = value.if_object()) mask_members(*object);
    if (json::array* array = value.if_array())
        for (json::value& each : *array)
            mask_people(each);
}

void mask_people(http::Response& response, const std::function<std::string(std::string_view)>& seal)
{
    if (response.body.empty()) return;
    boost::system::error_code error;
    json::value value = json::parse(response.body, error);
    if (error) return;
    mask_people(value);
    json::object* page = value.if_object();
    json::value* cursor = page != nullptr ? page->if_contains("nextCursor") : nullptr;
    if (cursor != nullptr && cursor->is_string()) *cursor = seal(std::string_view(cursor->as_string()));
    response.body = written(value);
}

bool unseal_cursor(http::Request& request, const Unseal& unseal)
{
    constexpr std::string_view name = "cursor=";
    std::size_t begin = request.target.find('?');
    while (begin != std::string::npos && request.target.compare(begin + 1, name.size(), name) != 0)
        begin = request.target.find('&', begin + 1);
    if (begin == std::string::npos) return query_value(request, "cursor").empty();
    begin += 1 + name.size();
    const std::size_t end = std::min(request.target.find('&', begin), request.target.size());
    if (begin == end) return query_value(request, "cursor").empty();
    const std::optional<std::string> cursor = unseal(request.target.substr(begin, end - begin));
    if (!cursor) return false;
    request.target.replace(begin, end - begin, *cursor);
    return query_value(request, "cursor") == *cursor; // not one that is repeated or spelled otherwise
}

// To find someone by name or number is to see them, and a cursor may be a number.
void prepare_masked(http::Request& request, const Unseal& unseal)
{
    if (!query_value(request, "q").empty() || !query_value(request, "recipient").empty())
        throw http::Refusal(403, "Searching needs the permission people:read; ask an administrator for it")
            .with_code(error_code("missing_permission"));
    if (!unseal_cursor(request, unseal))
        throw http::Refusal(
            http::FieldFault{"query", "cursor", "must be a nextCursor of an earlier reply", "value_error"});
}

std::string masked_event(std::string_view event)
{
    constexpr std::string_view mark = "\ndata: ";
    const std::size_t begin = event.find(mark);
    if (begin == std::string_view::npos) return std::string(event);
    const std::size_t data = begin + mark.size();
    const std::size_t end = std::min(event.find('\n', data), event.size());
    json::value value = json::parse(event.substr(data, end - data));
    mask_people(value);
    return std::string(event.substr(0, data)) + written(value) + std::string(event.substr(end));
}

} // namespace waybill::api
