#include "server/recipients/csv_cell.hpp"

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

bool needs_quotes(std::string_view text)
{
    return text.find_first_of("\",;\t\r\n") != text.npos || text.front() == ' ' || text.back() == ' ';
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
    for (std::size_t quote = text.find('"'); quote != text.npos; quote = text.find('"')) {
        csv.append(text, 0, quote + 1) += '"';
        text.remove_prefix(quote + 1);
    }
    csv.append(text) += '"';
}

std::string_view without_guard(std::string_view cell)
{
    if (cell.starts_with(guard) && needs_guard(cell.substr(1))) cell.remove_prefix(1);
    return cell;
}

} // namespace waybill::recipients
