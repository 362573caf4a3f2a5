#pragma once

#include <optional>
#include <string_view>

namespace waybill::text
{

// The zone to use instead of an abbreviation (EST, PST8PDT) or a fixed offset (Etc/GMT+5), which are an hour off for
// half of the year. Empty for every other name, whether such a zone exists or not.
std::optional<std::string_view> zone_instead_of(std::string_view name);

} // namespace waybill::text
