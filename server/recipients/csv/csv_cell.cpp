#include "server/recipients/csv/csv_cell.hpp"

#include <algorithm>
#include <array>

namespace waybill::recipients
{

namespace
{

constexpr char guard = '\'';
constexpr std::string_view number_characters = "0123456789 -.()";
constexpr std::array<std::string_view, 4> wide_signs{"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"}; // = + - @

bool is_formula(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return false;
    const char first = text.front();
    if (first == '+' || first == '-') return text.find_first_not_of(number_characters, 1) != text.npos;
    if (first == '=' || first == '@' || first == '\t' || first == '\r' || first == '\n') return true;
    return std::ranges::any_of(wide_signs, [&](std::string_view sign) { return text.starts_with(sign); });
}

// A text that looks guarded is guarded as well, so that taking the guard off gives it back.
bool needs_guard(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(guard), text.size()));
    return is_formula(text);
}

// Where semicolons separate cells, a spreadsheet that opens our commas cuts a cell at its semicolons and line ends,
// quotation marks or not. A part behind such a cut is guarded like a cell.
constexpr std::string_view cuts = ";\r\n";

bool needs_part_guard(std::string_view part)
{
    part = part.substr(0, part.find_last_not_of(cuts) + 1);
    part.remove_prefix(std::min(part.find_first_not_of(" \t\"'"), part.size()));
    return is_formula(part);
}

// Takes the next part off the text, with the cut that ends it.
std::string_view take_part(std::string_view& text)
{
    const std::size_t cut = text.find_first_of(cuts);
    const std::string_view part = text.substr(0, cut == text.npos ? cut : cut + 1);
    text.remove_prefix(part.size());
    return part;
}

bool is_guarded_part(std::string_view part)
{
    return part.starts_with(guard) && needs_part_guard(part.substr(1));
}

bool needs_quotes(std::string_view text)
{
    return text.find_first_of("\",;\t\r\n") != text.npos || text.front() == ' ' || text.back() == ' ';
}

void append_doubling_quotes(std::string& csv, std::string_view text)
{
    for (std::size_t quote = text.find('"'); quote != text.npos; quote = text.find('"')) {
        csv.append(text, 0, quote + 1) += '"';
        text.remove_prefix(quote + 1);
    }
    csv.append(text);
}

} // namespace

void append_csv_cell(std::string& csv, std::string_view text)
{
    if (text.empty()) return;
    const bool guarded = needs_guard(text);
    if (!needs_quotes(text)) {
        if (guarded) csv += guard;
        csv += text;
        return;
    }
    csv += '"';
    if (guarded) csv += guard;
    append_doubling_quotes(csv, take_part(text));
    while (!text.empty()) {
        const std::string_view part = take_part(text);
        if (needs_part_guard(part)) csv += guard;
        append_doubling_quotes(csv, part);
    }
    csv += '"';
}

bool is_guarded(std::string_view cell)
{
    if (cell.find(guard) == cell.npos) return false;
    if (cell.starts_with(guard) && needs_guard(cell.substr(1))) return true;
    for (take_part(cell); !cell.empty();)
        if (is_guarded_part(take_part(cell))) return true;
    return false;
}

std::string without_guard(std::string_view cell)
{
    std::string text;
    if (cell.starts_with(guard) && needs_guard(cell.substr(1))) cell.remove_prefix(1);
    text.append(take_part(cell));
    while (!cell.empty()) {
        std::string_view part = take_part(cell);
        if (is_guarded_part(part)) part.remove_prefix(1);
        text.append(part);
    }
    return text;
}

} // namespace waybill::recipients
