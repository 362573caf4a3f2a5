#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

struct ScannedNumber
{
    int value = 0;
    int digits = 0; // 24 and 2024 are years of two kinds
};

// The parts of a date in the order in which they stand; what they mean is still open.
struct ScannedDate
{
    std::vector<ScannedNumber> numbers; // at most three
    int month = 0;                      // named by a word; 0 if none is
};

// Takes a date of up to three parts and whatever time follows apart; nothing when there is more or something else. The
// text is lower case, with single spaces.
std::optional<ScannedDate> scan_date(std::string_view text);

} // namespace waybill::recipients
