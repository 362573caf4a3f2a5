#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace waybill::webhooks
{

// Whether it is a toll-free number of North America (E.164), by its area code; 822 is reserved for them.
inline bool is_toll_free(std::string_view number)
{
    constexpr std::array<std::string_view, 8> codes{"800", "822", "833", "844", "855", "866", "877", "888"};
    return number.size() == 12 && number.starts_with("+1") &&
           std::ranges::find(codes, number.substr(2, 3)) != codes.end();
}

} // namespace waybill::webhooks
