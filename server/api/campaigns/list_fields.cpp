#include "server/api/campaigns/list_fields.hpp"

#include "config/ascii.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <stdexcept>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::size_t max_columns_bytes = 64 * 1024;
constexpr const char* usage =
    R"(must be JSON like {"name": "Guest", "phone": "Mobile", "lastOrderDate": "Last visit", "consent": null}; )"
    R"("name" may be a list of the first and the last name's columns)";

std::string header_in(const json::value& value)
{
    if (!value.is_string() || value.as_string().empty()) throw std::invalid_argument(usage);
    return std::string(value.as_string());
}

std::vector<std::string> name_in(const json::value& value)
{
    if (!value.is_array()) return {header_in(value)};
    std::vector<std::string> headers;
    for (const json::value& header : value.as_array())
        headers.push_back(header_in(header));
    if (headers.empty() || headers.size() > 2) throw std::invalid_argument(usage);
    return headers;
}

recipients::ColumnChoice columns_in(const std::string& text)
{
    recipients::ColumnChoice choice;
    json::error_code error;
    const json::value parsed = text.size() <= max_columns_bytes ? json::parse(text, error) : json::value();
    if (error || !parsed.is_object()) throw std::invalid_argument(usage);
    for (const auto& [key, value] : parsed.as_object()) {
        if (key == "consent" && value.is_null())
            choice.ignores_consent = true;
        else if (value.is_null())
            continue; // to be guessed
        else if (key == "name")
            choice.name = name_in(value);
        else if (key == "phone")
            choice.phone = header_in(value);
        else if (key == "lastOrderDate")
            choice.last_order_date = header_in(value);
        else if (key == "consent")
            choice.consent = header_in(value);
        else
            throw std::invalid_argument("has no member \"" + std::string(key) +
                                        "\"; use name, phone, lastOrderDate and consent");
    }
    return choice;
}

std::string value_of(const std::map<std::string, std::string, std::less<>>& fields, std::string_view name)
{
    const auto field = fields.find(name);
    return field == fields.end() ? "" : std::string(config::trimmed(field->second));
}

} // namespace

recipients::ListChoices read_list_choices(const std::map<std::string, std::string, std::less<>>& fields,
                                          std::vector<http::FieldFault>& faults)
{
    using recipients::DateOrder;
    recipients::ListChoices choices;
    choices.sheet = value_of(fields, "sheet");
    if (const std::string columns = value_of(fields, "columns"); !columns.empty()) {
        try {
            choices.columns = columns_in(columns);
        }
        catch (const std::invalid_argument& error) {
            faults.push_back({"body", "columns", error.what(), "value_error"});
        }
    }
    const std::string order = config::lower_case(value_of(fields, "dateOrder"));
    for (const DateOrder each : {DateOrder::mdy, DateOrder::dmy, DateOrder::ymd})
        if (order == recipients::name_of(each)) choices.date_order = each;
    if (!order.empty() && !choices.date_order)
        faults.push_back({"body", "dateOrder", "must be mdy, dmy or ymd", "value_error"});
    return choices;
}

} // namespace waybill::api
