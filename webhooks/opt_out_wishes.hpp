#pragma once

#include <string_view>

namespace waybill::webhooks
{

// Whether a person who reads the text would take its author off the list ("take me off", "wrong number"), although it
// is no keyword. Too risky for a machine to act on, so that it only marks the text for an operator.
bool looks_like_opt_out(std::string_view body);

} // namespace waybill::webhooks
