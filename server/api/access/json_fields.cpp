#include "server/api/access/json_fields.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/error_codes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <utility>

namespace waybill::api
{

namespace json = boost::json;

JsonFields::JsonFields(const http::Request& request)
{
    boost::system::error_code no_json;
    json::value value = json::parse(request.body, no_json);
    if (no_json || !value.is_object())
        throw http::Refusal(400, "Send a JSON object with the fields of this request")
            .with_code(error_code("invalid_json"));
    object_ = std::move(value.as_object());
}

std::optional<std::string> JsonFields::optional(std::string_view name)
{
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (!value->is_string()) {
        fault(name, "must be a string", "string_type");
        return std::nullopt;
    }
    std::string text(value->get_string());
    if (db::is_storable(text)) return text;
    fault(name, "must be text without NUL characters");
    return std::nullopt;
}

std::string JsonFields::required(std::string_view name)
{
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) fault(name, "Field required", "missing");
    const std::optional<std::string> text = optional(name);
    if (text && text->empty()) fault(name, "must not be blank", "string_too_short");
    return text.value_or("");
}

std::optional<std::vector<std::string>> JsonFields::optional_list(std::string_view name)
{
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    std::vector<std::string> list;
    const json::array* array = value->if_array();
    for (const json::value& each : array != nullptr ? *array : json::array()) {
        if (const json::string* text = each.if_string()) list.emplace_back(*text);
    }
    if (array != nullptr && list.size() == array->size()) return list;
    fault(name, "must be a list of strings", "list_type");
    return std::nullopt;
}

std::optional<std::int64_t> JsonFields::optional_number(std::string_view name, std::int64_t lowest,
                                                        std::int64_t highest)
{
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_int64() && value->get_int64() >= lowest && value->get_int64() <= highest) return value->get_int64();
    fault(name, "must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return std::nullopt;
}

std::optional<bool> JsonFields::optional_flag(std::string_view name)
{
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    fault(name, "must be true or false", "bool_type");
    return std::nullopt;
}

void JsonFields::fault(std::string_view name, std::string message, std::string type)
{
    faults_.push_back({"body", std::string(name), std::move(message), std::move(type)});
}

void JsonFields::refuse_faults() const
{
    if (!faults_.empty()) throw http::Refusal(faults_);
}

} // namespace waybill::api
