#include "webhooks/parameters_json.hpp"

#include "db/postgres/storable_text.hpp"

#include <algorithm>
#include <tuple>

namespace waybill::webhooks
{

namespace
{

using ParameterIterator = std::vector<const Parameter*>::const_iterator;

// `"name":"value",` or, for a name that was repeated, `"name":["first","second"],`.
void append_member(std::string& json, ParameterIterator first, ParameterIterator last)
{
    db::append_json_string(json, (*first)->first);
    json += last - first > 1 ? ":[" : ":";
    for (auto each = first; each != last; ++each) {
        if (each != first) json += ',';
        db::append_json_string(json, (*each)->second);
    }
    json += last - first > 1 ? "]," : ",";
}

} // namespace

std::string write_json_object(std::vector<const Parameter*> parameters)
{
    if (parameters.empty()) return {};

    // Repeated names side by side, in the order received.
    std::sort(parameters.begin(), parameters.end(),
              [](auto* left, auto* right) { return std::tie(left->first, left) < std::tie(right->first, right); });
    std::string json;
    json.reserve(256);
    json += '{';
    for (auto first = parameters.cbegin(); first != parameters.cend();) {
        const auto last =
            std::find_if(first, parameters.cend(), [&](auto* each) { return each->first != (*first)->first; });
        append_member(json, first, last);
        first = last;
    }
    json.back() = '}';
    return json;
}

} // namespace waybill::webhooks
