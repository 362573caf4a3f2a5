#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace waybill::text
{

enum class Encoding
{
    gsm7,
    ucs2
};

struct Segmentation
{
    Encoding encoding = Encoding::gsm7;
    std::size_t units = 0;               // septets (GSM-7) or UTF-16 code units (UCS-2)
    std::size_t segments = 1;            // what is billed; 1 for an empty text
    std::size_t utf16_units = 0;         // what Twilio's limit of 1600 counts
    std::vector<std::size_t> part_units; // units of each segment
};

// How a text (valid UTF-8) is cut for SMS: 160/153 septets, else 70/67 UTF-16 units; escape pairs, surrogate pairs and
// grapheme clusters are never split.
Segmentation segment(std::string_view text);

std::string_view name_of(Encoding encoding); // "GSM-7", "UCS-2"

} // namespace waybill::text
