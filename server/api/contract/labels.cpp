#include "server/api/contract/labels.hpp"

#include "db/postgres/storable_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::size_t max_reference = 255;
constexpr std::size_t max_metadata = 2'000;

http::FieldFault label_fault(std::string name, std::string message, std::string type = "value_error")
{
    return {"body", std::move(name), std::move(message), std::move(type)};
}

bool is_control(char letter)
{
    return static_cast<unsigned char>(letter) < 0x20;
}

} // namespace

ShownLabels show_labels(std::string_view reference, std::string_view metadata_json)
{
    ShownLabels shown;
    if (!reference.empty()) shown.reference = reference;
    if (!metadata_json.empty()) shown.metadata = RawJson{metadata_json};
    return shown;
}

std::string read_reference(std::string_view text, std::vector<http::FieldFault>& faults)
{
    if (text.size() > max_reference)
        faults.push_back(label_fault("reference", "must have at most 255 bytes", "string_too_long"));
    else if (!db::is_storable(text) || std::ranges::any_of(text, is_control))
        faults.push_back(label_fault("reference", "must be one line of UTF-8 text"));
    return std::string(text);
}

std::string read_metadata(const json::value& value, std::vector<http::FieldFault>& faults)
{
    if (value.is_null()) return "";
    if (!value.is_object()) {
        faults.push_back(label_fault("metadata", "must be a JSON object", "dict_type"));
        return "";
    }
    std::string text = json::serialize(value);
    if (text.size() > max_metadata)
        faults.push_back(label_fault("metadata", "must have at most 2000 bytes as JSON", "string_too_long"));
    else if (!db::is_storable(text) || text.find("\\u0000") != std::string::npos)
        faults.push_back(label_fault("metadata", "must be text without NUL characters"));
    return text;
}

std::string read_metadata_text(std::string_view text, std::vector<http::FieldFault>& faults)
{
    if (text.empty()) return "";
    boost::system::error_code no_json;
    const json::value value = json::parse({text.data(), text.size()}, no_json);
    return read_metadata(no_json ? json::value(0) : value, faults);
}

} // namespace waybill::api
