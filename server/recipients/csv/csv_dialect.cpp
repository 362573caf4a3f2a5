#include "server/recipients/csv/csv_dialect.hpp"

#include "config/ascii.hpp"
#include "server/recipients/columns/heading_words.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace waybill::recipients
{

namespace
{

constexpr std::string_view delimiters = ",;\t|"; // the first wins a draw
constexpr std::size_t judged_rows = 20;

// How good a table it is: headings that are known, rows as wide as the widest, its width.
using Grade = std::tuple<std::size_t, std::size_t, std::size_t>;

std::size_t known_headings(const CsvRow& row, std::string_view scanned)
{
    std::set<Role> roles;
    for (const CsvRow::Cell& cell : row.cells)
        if (const auto heading = heading_of(trimmed_cell(row.text_of(cell, scanned)))) roles.insert(heading->role);
    return roles.size();
}

Grade grade(char delimiter, std::string_view text, bool is_whole_file)
{
    CsvScan scan(delimiter);
    CsvRow row;
    std::size_t headings = 0;
    std::vector<std::size_t> widths;
    while (!text.empty() && widths.size() < judged_rows && scan.scan(text, is_whole_file, row)) {
        const bool is_blank_line = row.cells.size() == 1 && row.cells[0].size == 0;
        if (!is_blank_line) {
            headings = std::max(headings, known_headings(row, text));
            widths.push_back(row.cells.size());
        }
        text.remove_prefix(row.size);
    }
    if (widths.empty()) return {0, 0, 0};
    const std::size_t width = std::ranges::max(widths);
    if (width < 2) return {headings, 0, width};
    std::size_t even = 0;
    for (const std::size_t each : widths)
        even = std::max<std::size_t>(even, each > 1 ? static_cast<std::size_t>(std::ranges::count(widths, each)) : 0);
    return {headings, even, width};
}

} // namespace

CsvDialect dialect_of_text(std::string_view beginning, bool is_whole_file)
{
    const std::size_t end = std::min(beginning.find_first_of("\r\n"), beginning.size());
    std::string first = config::lower_case(config::trimmed(beginning.substr(0, end)));
    std::erase(first, '"');
    if (first.size() == 5 && first.starts_with("sep=")) return {first[4], true};
    if (first == "sep=" && end > 4) return {'\t', true};
    CsvDialect best;
    Grade best_grade{0, 0, 0};
    for (const char delimiter : delimiters)
        if (const Grade each = grade(delimiter, beginning, is_whole_file); each > best_grade) {
            best_grade = each;
            best.delimiter = delimiter;
        }
    return best;
}

CsvDialect dialect_of(const ListFile& file)
{
    TextStream stream(file);
    std::string beginning;
    bool more = true;
    while (more && beginning.size() < ListLimits::header_bytes * 2)
        more = stream.append_to(beginning);
    return dialect_of_text(beginning, !more);
}

} // namespace waybill::recipients
