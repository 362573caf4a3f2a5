#pragma once

#include <string>
#include <string_view>

namespace waybill::recipients
{

// A number cell's value as people see it without a format: 6145550123.0 and 6.145550123E9 are 6145550123.
std::string number_text(std::string_view value);

// A number cell that is shown as a date: `2024-01-15`, `2024-01-15 13:45:00`, or a time alone.
std::string date_text(std::string_view value, bool begins_in_1904);

} // namespace waybill::recipients
