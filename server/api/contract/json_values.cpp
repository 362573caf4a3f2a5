#include "server/api/contract/json_values.hpp"

#include "server/api/contract/timestamps.hpp"

namespace waybill::api
{

namespace json = boost::json;

json::value time_or_null(const std::optional<db::Time>& time)
{
    if (!time) return nullptr;
    return json::string(to_iso8601(*time));
}

json::value text_or_null(const std::string& text)
{
    if (text.empty()) return nullptr;
    return json::string(text);
}

} // namespace waybill::api
