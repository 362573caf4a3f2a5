#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace waybill::recipients
{

// YYYY-MM-DD, a day that exists, from year 1 on.
std::optional<std::chrono::sys_days> parse_date(std::string_view text);

} // namespace waybill::recipients
