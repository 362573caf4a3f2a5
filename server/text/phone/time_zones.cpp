#include "server/text/phone/time_zones.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace waybill::text
{

namespace
{

constexpr auto table = std::to_array<ZonesOfPrefixes>({
#include "server/text/phone/time_zones.inc"
});

constexpr std::string_view unknown_zone = "Etc/UTC";
constexpr std::size_t max_prefix = 8; // digits

// Prefixes as numbers: a country code never begins with a zero, so that each has a number of its own.
using Zones = boost::unordered_flat_map<std::uint32_t, std::string_view>;

std::uint32_t with_digit(std::uint32_t number, char digit)
{
    return number * 10 + static_cast<std::uint32_t>(digit - '0');
}

Zones make_zones()
{
    Zones zones;
    for (const ZonesOfPrefixes& row : table) {
        std::uint32_t prefix = 0;
        for (const char character : row.prefixes) {
            if (character != ' ') {
                prefix = with_digit(prefix, character);
                continue;
            }
            if (prefix != 0) zones.emplace(prefix, row.zones);
            prefix = 0;
        }
    }
    return zones;
}

} // namespace

std::span<const ZonesOfPrefixes> time_zone_table()
{
    return table;
}

std::string_view time_zones_of(std::string_view number)
{
    static const Zones zones = make_zones();
    if (number.starts_with('+')) number.remove_prefix(1);
    std::string_view found = unknown_zone;
    std::uint32_t prefix = 0;
    for (const char digit : number.substr(0, max_prefix)) {
        if (digit < '0' || digit > '9') break;
        prefix = with_digit(prefix, digit);
        if (const auto entry = zones.find(prefix); entry != zones.end()) found = entry->second;
    }
    return found;
}

} // namespace waybill::text
