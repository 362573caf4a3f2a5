#include "db/messages/lean_extra.hpp"

namespace waybill::db
{

namespace
{

// ApiVersion comes first among Twilio's own parameters.
constexpr std::string_view usual_begin = R"({"ApiVersion":"2010-04-01",)";
constexpr std::string_view to_begin = R"("To":")";

} // namespace

// Within a text, JSON has a backslash in front of each quote, so what looks like a name is one.
LeanExtra lean(std::string_view extra_json)
{
    LeanExtra whole{std::string(extra_json), ""};
    if (!extra_json.starts_with(usual_begin)) return whole;
    const std::size_t to = extra_json.find(to_begin, usual_begin.size() - 1);
    if (to == extra_json.npos || (extra_json[to - 1] != ',')) return whole;
    const std::size_t value = to + to_begin.size();
    const std::size_t end = extra_json.find_first_of("\"\\", value);
    if (end == extra_json.npos || end == value || extra_json[end] != '"') return whole;

    const std::string_view before = extra_json.substr(usual_begin.size(), to - usual_begin.size());
    const std::string_view after = extra_json.substr(end + 1);
    LeanExtra lean;
    lean.sent_to = extra_json.substr(value, end - value);
    lean.json.reserve(extra_json.size());
    lean.json.append("[{").append(before);
    if (after.starts_with(','))
        lean.json.append(after.substr(1));
    else {
        if (lean.json.ends_with(',')) lean.json.pop_back();
        lean.json.append(after);
    }
    lean.json.append("]");
    return lean;
}

} // namespace waybill::db
