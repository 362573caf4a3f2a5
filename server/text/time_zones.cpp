#include "server/text/time_zones.hpp"

#include "config/ascii.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace waybill::text
{

namespace
{

constexpr auto table = std::to_array<ZonesOfPrefixes>({
#include "server/text/time_zones.inc"
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

namespace
{

struct Abbreviation
{
    std::string_view name; // in lower case
    std::string_view zone;
};

// Where one abbreviation has several meanings, the one with the most people.
constexpr auto abbreviations = std::to_array<Abbreviation>({
    {"est", "America/New_York"},
    {"edt", "America/New_York"},
    {"est5edt", "America/New_York"},
    {"et", "America/New_York"},
    {"cst", "America/Chicago"},
    {"cdt", "America/Chicago"},
    {"cst6cdt", "America/Chicago"},
    {"ct", "America/Chicago"},
    {"mst", "America/Denver"},
    {"mdt", "America/Denver"},
    {"mst7mdt", "America/Denver"},
    {"mt", "America/Denver"},
    {"pst", "America/Los_Angeles"},
    {"pdt", "America/Los_Angeles"},
    {"pst8pdt", "America/Los_Angeles"},
    {"pt", "America/Los_Angeles"},
    {"akst", "America/Anchorage"},
    {"akdt", "America/Anchorage"},
    {"hst", "Pacific/Honolulu"},
    {"hdt", "America/Adak"},
    {"ast", "America/Halifax"},
    {"adt", "America/Halifax"},
    {"nst", "America/St_Johns"},
    {"ndt", "America/St_Johns"},
    {"gmt", "Europe/London"},
    {"bst", "Europe/London"},
    {"gmt0", "Europe/London"},
    {"gmt+0", "Europe/London"},
    {"gmt-0", "Europe/London"},
    {"greenwich", "Europe/London"},
    {"wet", "Europe/Lisbon"},
    {"west", "Europe/Lisbon"},
    {"cet", "Europe/Paris"},
    {"cest", "Europe/Paris"},
    {"met", "Europe/Paris"},
    {"mest", "Europe/Paris"},
    {"mez", "Europe/Berlin"},
    {"mesz", "Europe/Berlin"},
    {"eet", "Europe/Athens"},
    {"eest", "Europe/Athens"},
    {"msk", "Europe/Moscow"},
    {"trt", "Europe/Istanbul"},
    {"sast", "Africa/Johannesburg"},
    {"cat", "Africa/Maputo"},
    {"eat", "Africa/Nairobi"},
    {"wat", "Africa/Lagos"},
    {"ist", "Asia/Kolkata"},
    {"pkt", "Asia/Karachi"},
    {"gst", "Asia/Dubai"},
    {"ict", "Asia/Bangkok"},
    {"wib", "Asia/Jakarta"},
    {"sgt", "Asia/Singapore"},
    {"hkt", "Asia/Hong_Kong"},
    {"pht", "Asia/Manila"},
    {"jst", "Asia/Tokyo"},
    {"kst", "Asia/Seoul"},
    {"aest", "Australia/Sydney"},
    {"aedt", "Australia/Sydney"},
    {"acst", "Australia/Adelaide"},
    {"acdt", "Australia/Adelaide"},
    {"awst", "Australia/Perth"},
    {"nzst", "Pacific/Auckland"},
    {"nzdt", "Pacific/Auckland"},
    {"brt", "America/Sao_Paulo"},
    {"art", "America/Argentina/Buenos_Aires"},
});

constexpr std::string_view for_example = "Europe/Rome";

} // namespace

std::optional<std::string_view> zone_instead_of(std::string_view name)
{
    std::string lower = config::lower_case(name);
    for (const std::string_view prefix : {"posix/", "right/"})
        if (lower.starts_with(prefix)) lower.erase(0, prefix.size());
    const bool has_folder = lower.size() < name.size();
    const auto* abbreviation = std::ranges::find(abbreviations, lower, &Abbreviation::name);
    if (abbreviation != abbreviations.end()) return abbreviation->zone;
    const bool is_universal =
        lower == "etc/utc" || lower == "etc/uct" || lower == "etc/universal" || lower == "etc/zulu";
    if (has_folder) return name.substr(name.size() - lower.size());
    if (lower.starts_with("etc/") && !is_universal) return for_example;
    const bool is_offset = lower.starts_with("utc+") || lower.starts_with("utc-") || lower.starts_with("gmt+") ||
                           lower.starts_with("gmt-") || lower.starts_with('+') || lower.starts_with('-');
    if (is_offset || lower == "localtime" || lower == "posixrules" || lower == "factory") return for_example;
    return std::nullopt;
}

} // namespace waybill::text
