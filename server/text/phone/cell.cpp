#include "server/text/phone/cell.hpp"

#include "config/ascii.hpp"
#include "server/text/utf8.hpp"

#include <algorithm>
#include <optional>
#include <unicode/uchar.h>

namespace waybill::text::phone
{

namespace
{

constexpr std::size_t max_cell_bytes = 256;
constexpr char32_t first_full_width = U'\uFF01', last_full_width = U'\uFF5E', first_ascii = U'!';
constexpr std::string_view blanks = " \n";

std::string_view without_blanks_around(std::string_view text)
{
    const auto begin = std::min(text.find_first_not_of(blanks), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool is_line_end(char32_t character)
{
    return (character >= U'\n' && character <= U'\r') || character == U'\u0085' || character == U'\u2028' ||
           character == U'\u2029';
}

// '\0' for a character that is left out.
std::optional<char> to_ascii(char32_t character)
{
    if (character >= 0x20 && character < 0x7F) return static_cast<char>(character);
    const auto point = static_cast<UChar32>(character);
    if (is_line_end(character)) return '\n';
    if (u_isUWhiteSpace(point)) return ' ';
    if (u_charType(point) == U_FORMAT_CHAR) return '\0';
    if (const int digit = u_charDigitValue(point); digit >= 0) return static_cast<char>('0' + digit);
    if (character >= first_full_width && character <= last_full_width)
        return static_cast<char>(character - first_full_width + first_ascii);
    if (u_hasBinaryProperty(point, UCHAR_DASH) || character == U'\u30FC') return '-'; // as Japanese keyboards write it
    if (character == U'\u2018' || character == U'\u2019') return '\'';
    return std::nullopt;
}

PhoneNumber to_ascii(std::string_view cell)
{
    std::string ascii;
    for (std::size_t at = 0; at < cell.size();) {
        const std::size_t begin = at;
        const char32_t character = next_code_point(cell, at);
        const std::optional<char> plain = to_ascii(character);
        if (!plain && (character < 0x20 || character == U'\uFFFD' || (character >= 0x7F && character < 0xA0)))
            return refused("a character that is not text");
        if (!plain && u_isalpha(static_cast<UChar32>(character))) return refused("letters in the number");
        if (!plain)
            return refused("\"" + std::string(cell.substr(begin, at - begin)) + "\" does not belong in a phone number");
        if (*plain != '\0') ascii += *plain;
    }
    return ascii;
}

bool is_enclosed(std::string_view text, std::string_view opening, std::string_view closing)
{
    return text.size() >= opening.size() + closing.size() && text.starts_with(opening) && text.ends_with(closing);
}

// `'614…`, `="614…"`, and quotation marks that an export left around the cell.
std::string_view without_text_marks(std::string_view text)
{
    if (is_enclosed(text, "=\"", "\"")) return text.substr(2, text.size() - 3);
    if (is_enclosed(text, "\"", "\"") || is_enclosed(text, "'", "'")) return text.substr(1, text.size() - 2);
    if (text.starts_with('\'')) return text.substr(1);
    return text;
}

// `6145550123.0` is a float that was a whole number; the digits of `06.12.34.56.00` are all part of the number.
std::string_view without_zero_fraction(std::string_view text)
{
    const auto point = text.find_first_of(".,");
    if (point == text.npos || point + 1 == text.size()) return text;
    const std::string_view fraction = text.substr(point + 1);
    std::string_view whole = text.substr(0, point);
    if (fraction.find_first_not_of('0') != fraction.npos) return text;
    if (whole.starts_with('+')) whole.remove_prefix(1);
    return !whole.empty() && std::ranges::all_of(whole, config::is_digit) ? text.substr(0, point) : text;
}

} // namespace

PhoneNumber clean_cell(std::string_view cell)
{
    if (cell.size() > max_cell_bytes) return refused("too long to be a phone number");
    PhoneNumber ascii = to_ascii(cell);
    if (!ascii) return ascii;
    std::string_view text = without_blanks_around(*ascii);
    text = without_blanks_around(without_text_marks(text));
    return std::string(without_zero_fraction(text));
}

} // namespace waybill::text::phone
