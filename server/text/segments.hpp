#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// The GSM 03.38 default alphabet and its extension table, as SMS senders count them.
namespace waybill::text::gsm7
{

inline constexpr std::u32string_view basic =
    U"\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    U"¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ";
inline constexpr std::u32string_view extended = U"\f^{}\\[~]|"; // and the euro sign

inline constexpr auto septets_of_low = [] {
    std::array<std::uint8_t, U'Ω' + 1> septets{};
    for (char32_t character : basic)
        septets[character] = 1;
    for (char32_t character : extended)
        septets[character] = 2;
    return septets;
}();

// 1, 2 (behind an escape), or 0 for a character that GSM-7 lacks.
constexpr std::size_t septets(char32_t character)
{
    if (character < septets_of_low.size()) return septets_of_low[character];
    return character == U'€' ? 2 : 0;
}

} // namespace waybill::text::gsm7
