#include "server/text/phone/dialed.hpp"

#include "config/ascii.hpp"
#include "server/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unicode/uchar.h>
#include <vector>

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

namespace
{

constexpr std::size_t max_digits = 24;  // a dialling prefix, a country code, a trunk prefix and a number
constexpr std::size_t whole_number = 7; // digits after which what follows is an extension or another number
constexpr std::size_t max_group = 4;    // digits between the slashes of a number that is grouped by slashes
constexpr std::string_view separators = " \n-.()[]/~";

bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

std::size_t count_digits(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, config::is_digit));
}

std::string digits_of(std::string_view text)
{
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), config::is_digit);
    return digits;
}

// `6.14555E+09`
bool is_scientific(std::string_view text)
{
    const auto exponent = text.find_first_of("eE");
    if (exponent == text.npos || exponent == 0) return false;
    const std::string_view mantissa = text.substr(0, exponent);
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
    return mantissa.find_first_not_of("+-0123456789.,") == mantissa.npos && count_digits(mantissa) > 0 &&
           !power.empty() && std::ranges::all_of(power, config::is_digit);
}

int number_in(std::string_view digits)
{
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : -1;
}

bool is_year(std::string_view text)
{
    const int year = number_in(text);
    return text.size() == 4 && year >= 1900 && year < 2100;
}

bool is_day_and_month(std::string_view one, std::string_view other)
{
    const int a = number_in(one), b = number_in(other);
    return one.size() <= 2 && other.size() <= 2 && a >= 1 && b >= 1 && a <= 31 && b <= 31 && std::min(a, b) <= 12;
}

// `2024-01-15`, `15.01.2024`, `1/15/2024`, and such with a time behind it.
bool is_date(std::string_view text)
{
    const std::string_view date = text.substr(0, text.find(' '));
    const auto first = date.find_first_of("-./");
    if (first == date.npos) return false;
    const auto second = date.find(date[first], first + 1);
    if (second == date.npos) return false;
    const std::string_view a = date.substr(0, first), b = date.substr(first + 1, second - first - 1),
                           c = date.substr(second + 1);
    return (is_year(a) && is_day_and_month(b, c)) || (is_year(c) && is_day_and_month(a, b));
}

RefusedNumber refuse_character(std::string_view text, std::size_t at)
{
    const char character = text[at];
    const bool number_before = count_digits(text.substr(0, at)) >= whole_number;
    const std::size_t digits_after = count_digits(text.substr(at));
    if (character == '+') return refused(number_before ? "two numbers in one cell" : "the + belongs in front");
    if (number_before && digits_after >= whole_number) return refused("two numbers in one cell");
    if (number_before && digits_after > 0) return refused("an extension after the number");
    if (is_letter(character)) return refused("letters in the number");
    return refused(std::string("\"") + character + "\" does not belong in a phone number");
}

// In `06151/123456` the slash stands behind an area code, in `06/12/34/56/78` between groups; in `6145550123/24` it
// separates two numbers.
bool slash_separates_numbers(std::string_view text, bool international)
{
    const auto slash = text.rfind('/');
    if (slash == text.npos) return false;
    std::size_t group = 0, largest_group = 0;
    for (const char character : text) {
        if (config::is_digit(character)) largest_group = std::max(largest_group, ++group);
        if (character == '/') group = 0;
    }
    const std::string before = digits_of(text.substr(0, slash));
    const std::size_t area_code = international ? 8 : before.starts_with("00") ? 10 : 6;
    return largest_group > max_group && before.size() > area_code;
}

// `0301234 0305678`: both begin with the trunk prefix.
bool holds_two_national_numbers(std::string_view text)
{
    if (!text.starts_with('0')) return false;
    for (std::size_t at = 1; at < text.size(); ++at)
        if (text[at] == '0' && !config::is_digit(text[at - 1]) && count_digits(text.substr(0, at)) >= whole_number &&
            count_digits(text.substr(at)) >= whole_number)
            return true;
    return false;
}

std::optional<RefusedNumber> find_second_number(std::string_view text, bool international)
{
    const auto opening = text.find_last_of("([");
    if (opening != text.npos && count_digits(text.substr(0, opening)) >= whole_number &&
        count_digits(text.substr(opening)) > 0)
        return refused("an extension or a second number in parentheses");
    const auto line_end = text.rfind('\n');
    const bool two_lines = line_end != text.npos && count_digits(text.substr(0, line_end)) >= whole_number;
    if (two_lines || slash_separates_numbers(text, international) || holds_two_national_numbers(text))
        return refused("two numbers in one cell");
    return std::nullopt;
}

} // namespace

boost::system::result<DialedNumber, RefusedNumber> read_dialed(std::string_view clean)
{
    if (clean.empty()) return refused("no number");
    if (is_scientific(clean))
        return refused("the spreadsheet has dropped digits (scientific notation): format the column as text");
    if (is_date(clean)) return refused("a date, not a phone number");

    DialedNumber dialed;
    for (std::size_t at = 0; at < clean.size(); ++at) {
        const char character = clean[at];
        if (config::is_digit(character))
            dialed.digits += character;
        else if (character == '+' && dialed.digits.empty() && !dialed.international)
            dialed.international = true;
        else if (separators.find(character) == separators.npos)
            return refuse_character(clean, at);
    }
    if (dialed.digits.empty()) return refused("no digits");
    if (dialed.digits.size() > max_digits) return refused("too many digits for one number");
    if (auto second = find_second_number(clean, dialed.international)) return *std::move(second);
    return dialed;
}

} // namespace waybill::text::phone
