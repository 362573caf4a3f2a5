#pragma once

#include <string>
#include <utility>
#include <vector>

namespace waybill::webhooks
{

using Parameter = std::pair<std::string, std::string>; // of a Form

// The parameters of a form as a JSON object, each name once: one that was repeated has an array of its values in the
// order received. Text is made storable. Empty when there are none.
std::string write_json_object(std::vector<const Parameter*> parameters);

} // namespace waybill::webhooks
