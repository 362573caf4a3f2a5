#include "server/recipients/file/cell_text.hpp"

#include "server/recipients/file/records.hpp"
#include "server/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace waybill::recipients
{

namespace
{

bool is_dropped(char32_t character)
{
    return character <= 0x20 || is_unicode_blank(character) || is_invisible(character);
}

bool is_plain(char character)
{
    return character > 0x20 && character < 0x7F;
}

// The last character of the text, and where it begins.
std::size_t start_of_last(std::string_view text)
{
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
        --at;
    return at;
}

} // namespace

bool is_unicode_blank(char32_t character)
{
    return character == ' ' || character == 0xA0 || character == 0x1680 ||
           (character >= 0x2000 && character <= 0x200A) || character == 0x2028 || character == 0x2029 ||
           character == 0x202F || character == 0x205F || character == 0x3000 || character == 0x85;
}

bool is_invisible(char32_t character)
{
    if (character < 0x20 || (character >= 0x7F && character < 0xA0 && character != 0x85)) return true;
    return character == 0xAD || character == 0x61C || character == 0x180E ||
           (character >= 0x200B && character <= 0x200F) || (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF ||
           (character >= 0xFFF9 && character <= 0xFFFB);
}

std::string_view trimmed_cell(std::string_view cell)
{
    if (cell.empty() || (is_plain(cell.front()) && is_plain(cell.back()))) return cell;
    while (!cell.empty()) {
        std::size_t behind = 0;
        if (!is_dropped(text::next_code_point(cell, behind))) break;
        cell.remove_prefix(behind);
    }
    while (!cell.empty()) {
        const std::size_t start = start_of_last(cell);
        std::size_t at = start;
        if (!is_dropped(text::next_code_point(cell, at))) break;
        cell = cell.substr(0, start);
    }
    return cell;
}

std::string plain_cell(std::string_view cell)
{
    std::string plain;
    for (std::size_t at = 0; at < cell.size();) {
        const std::size_t start = at;
        const char32_t character = text::next_code_point(cell, at);
        if (is_unicode_blank(character) || character == '\t' || character == '\n' || character == '\r') {
            if (!plain.empty() && plain.back() != ' ') plain += ' ';
        }
        else if ((character >= 0x2010 && character <= 0x2015) || character == 0x2212)
            plain += '-';
        else if (!is_invisible(character))
            plain.append(cell, start, at - start);
    }
    if (plain.ends_with(' ')) plain.pop_back();
    return plain;
}

bool is_spreadsheet_error(std::string_view cell)
{
    constexpr std::array<std::string_view, 10> errors{"#N/A",   "#REF!", "#VALUE!", "#DIV/0!", "#NAME?",
                                                      "#NULL!", "#NUM!", "#SPILL!", "#CALC!",  "#ERROR!"};
    return cell.starts_with('#') && std::ranges::find(errors, cell) != errors.end();
}

std::string_view cut_text(std::string_view text, std::size_t size)
{
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
        --size;
    return text.substr(0, size);
}

bool is_blank(std::span<const std::string_view> fields)
{
    return std::ranges::all_of(fields, [](std::string_view field) { return field.empty(); });
}

} // namespace waybill::recipients
