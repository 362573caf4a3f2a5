#pragma once

#include <string>
#include <string_view>

// Text of protocols and settings: ASCII alone, whatever the locale.
namespace waybill::config
{

std::string_view trimmed(std::string_view text); // without the white space around it
std::string lower_case(std::string_view text);

} // namespace waybill::config
