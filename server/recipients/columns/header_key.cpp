#include "server/recipients/columns/header_key.hpp"

#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/text_encoding.hpp"
#include "server/text/utf8.hpp"

namespace waybill::recipients
{

namespace
{

// Of Latin, Greek and Cyrillic, which is what headers are written in.
char32_t lower(char32_t character)
{
    const auto between = [&](char32_t first, char32_t last) { return character >= first && character <= last; };
    if (between('A', 'Z')) return character + 32;
    if (between(0xC0, 0xDE) && character != 0xD7) return character + 32;
    if (between(0x100, 0x137) || between(0x14A, 0x177)) return character | 1U;
    if (between(0x139, 0x148) || between(0x179, 0x17E)) return character + character % 2;
    if (between(0x391, 0x3A9)) return character + 32;
    if (between(0x410, 0x42F)) return character + 32;
    if (between(0x400, 0x40F)) return character + 80;
    return character;
}

bool is_joint(char32_t character)
{
    return character == '_' || character == '-' || (character >= 0x2010 && character <= 0x2015) ||
           is_unicode_blank(character) || is_invisible(character);
}

} // namespace

std::string header_key(std::string_view header)
{
    std::string key;
    for (std::size_t at = 0; at < header.size();)
        if (const char32_t character = text::next_code_point(header, at); !is_joint(character))
            append_utf8(key, lower(character));
    return key;
}

std::string heading_letters(std::string_view header)
{
    std::string letters;
    for (const char character : header) {
        const bool is_upper = character >= 'A' && character <= 'Z';
        const bool is_other = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
        if (is_upper || is_other) letters += static_cast<char>(is_upper ? character + 32 : character);
    }
    return letters;
}

} // namespace waybill::recipients
