#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace waybill::text
{

// The time zones that a number (E.164) may belong to, by its country and area code: one IANA name, or several with `&`
// between them. A number that no country has belongs to Etc/UTC. The text lives as long as the program.
std::string_view time_zones_of(std::string_view number);

// Numbers that begin with one of the prefixes (digits, a blank behind each) may belong to the zones; a longer prefix
// wins. Written by time_zones.py from libphonenumber's table.
struct ZonesOfPrefixes
{
    std::string_view zones, prefixes;
};

std::span<const ZonesOfPrefixes> time_zone_table();

// The zone to use instead of an abbreviation (EST, PST8PDT) or a fixed offset (Etc/GMT+5), which are an hour off for
// half of the year. Empty for every other name, whether such a zone exists or not.
std::optional<std::string_view> zone_instead_of(std::string_view name);

} // namespace waybill::text
