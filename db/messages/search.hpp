#pragma once

#include "config/ascii.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace waybill::db
{

// What a person types to find someone is a name, or a number or the end of one, however it is written: its digits.
// Empty: a name.
inline std::string digits_sought(std::string_view text)
{
    std::string digits;
    for (const char each : text) {
        if (config::is_digit(each)) digits += each;
        if (!config::is_digit(each) && std::string_view("+-.() /").find(each) == std::string_view::npos) return "";
    }
    return digits;
}

} // namespace waybill::db
