#include "server/text/phone/plain_number.hpp"

#include <algorithm>
#include <array>

namespace waybill::text::phone
{

namespace
{

// Numbers of one country that begin alike and have so many digits behind the country code.
struct Range
{
    std::string_view country_code;
    std::string_view trunk_prefix; // dialed within the country, no part of the number
    std::string_view begins_with;
    std::size_t size;
    std::string_view but_not_with = "-";
};

// Every range is compared with libphonenumber by a test.
constexpr std::array ranges{
    Range{"1", "1", "2", 10},          Range{"1", "1", "3", 10},        Range{"1", "1", "4", 10},
    Range{"1", "1", "5", 10},          Range{"1", "1", "6", 10},        Range{"1", "1", "7", 10},
    Range{"1", "1", "8", 10},          Range{"1", "1", "9", 10, "900"}, Range{"31", "0", "6", 9},
    Range{"32", "0", "46", 9},         Range{"32", "0", "47", 9},       Range{"32", "0", "48", 9},
    Range{"32", "0", "49", 9},         Range{"33", "0", "6", 9},        Range{"33", "0", "7", 9},
    Range{"34", "", "6", 9},           Range{"353", "0", "8", 9},       Range{"39", "", "32", 10},
    Range{"39", "", "33", 10},         Range{"39", "", "34", 10},       Range{"39", "", "35", 10},
    Range{"39", "", "36", 10},         Range{"39", "", "37", 10},       Range{"39", "", "38", 10},
    Range{"39", "", "39", 10},         Range{"41", "0", "76", 9},       Range{"41", "0", "77", 9},
    Range{"41", "0", "78", 9},         Range{"41", "0", "79", 9},       Range{"44", "0", "7", 10},
    Range{"45", "", "2", 8},           Range{"45", "", "3", 8},         Range{"45", "", "4", 8},
    Range{"45", "", "5", 8},           Range{"46", "0", "70", 9},       Range{"46", "0", "72", 9},
    Range{"46", "0", "73", 9},         Range{"46", "0", "76", 9},       Range{"46", "0", "79", 9},
    Range{"47", "", "4", 8},           Range{"47", "", "9", 8},         Range{"48", "", "5", 9},
    Range{"48", "", "6", 9},           Range{"49", "0", "15", 11},      Range{"49", "0", "16", 11},
    Range{"49", "0", "17", 10, "176"}, Range{"49", "0", "176", 11},     Range{"52", "", "5", 10},
    Range{"55", "0", "119", 11},       Range{"61", "0", "4", 9},        Range{"65", "", "8", 8},
    Range{"65", "", "9", 8},           Range{"91", "0", "7", 10},       Range{"91", "0", "8", 10},
    Range{"91", "0", "9", 10},
};

bool holds(const Range& range, std::string_view national)
{
    return national.size() == range.size && national.starts_with(range.begins_with) &&
           !national.starts_with(range.but_not_with);
}

std::string_view national_part(const Range& range, const DialedNumber& dialed)
{
    std::string_view digits = dialed.digits;
    if (dialed.international)
        digits.remove_prefix(digits.starts_with(range.country_code) ? range.country_code.size() : digits.size());
    else if (!range.trunk_prefix.empty() && digits.size() == range.size + 1 && digits.starts_with(range.trunk_prefix))
        digits.remove_prefix(1);
    return digits;
}

} // namespace

std::optional<std::string> plain_number(const DialedNumber& dialed, std::string_view default_country_code)
{
    for (const Range& range : ranges) {
        if (range.country_code != default_country_code) continue;
        const std::string_view national = national_part(range, dialed);
        if (!holds(range, national)) continue;
        std::string number = "+";
        number.append(default_country_code).append(national);
        return number;
    }
    return std::nullopt;
}

} // namespace waybill::text::phone
