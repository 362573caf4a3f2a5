#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill::http
{

// `%41` -> `A`; '+' stays. Nothing when an escape is malformed.
std::optional<std::string> percent_decoded(std::string_view text);

} // namespace waybill::http
