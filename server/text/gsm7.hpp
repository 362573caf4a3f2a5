#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

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
