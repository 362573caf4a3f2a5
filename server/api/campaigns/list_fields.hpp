#pragma once

#include "server/http/refusal.hpp"
#include "server/recipients/columns/list_choices.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace waybill::api
{

// The form fields `columns`, `dateOrder` and `sheet`, which say how a list is to be read; what is wrong with them is
// added to the faults.
recipients::ListChoices read_list_choices(const std::map<std::string, std::string, std::less<>>& fields,
                                          std::vector<http::FieldFault>& faults);

} // namespace waybill::api
