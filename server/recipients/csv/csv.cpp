#include "server/recipients/csv/csv.hpp"

#include "server/recipients/csv/csv_cell.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <utility>

namespace waybill::recipients
{

CsvRecords::CsvRecords(ListFile file, CsvDialect dialect) : text_(std::move(file)), scan_(dialect.delimiter)
{
    if (dialect.has_sep_line) skip_line();
}

bool CsvRecords::next()
{
    if (std::exchange(skips_line_, false)) skip_line();
    skip_empty_lines();
    if (!scan()) return false;
    set_fields(std::string_view(buffer_).substr(at_));
    at_ += row_.size;
    ++line_;
    too_wide_ = row_.too_wide;
    fault_ = row_.never_closed ? "a quotation mark is opened and never closed" : "";
    return true;
}

// Finds the next row, reading on as long as it has no end.
bool CsvRecords::scan()
{
    for (;;) {
        const std::string_view rest = std::string_view(buffer_).substr(at_);
        if (rest.empty() && is_whole_rest_) return false;
        if (!rest.empty() && scan_.scan(rest, is_whole_rest_, row_)) return true;
        if (rest.size() > ListLimits::row_bytes) {
            end_oversized_row();
            return true;
        }
        if (!read_more()) is_whole_rest_ = true;
    }
}

bool CsvRecords::read_more()
{
    buffer_.erase(0, at_);
    at_ = 0;
    return text_.append_to(buffer_);
}

// A file may consist of little else.
void CsvRecords::skip_empty_lines()
{
    while (at_ < buffer_.size() && buffer_[at_] == '\n') {
        ++at_;
        ++line_;
    }
}

// What is at hand of a row over its limit is the row.
void CsvRecords::end_oversized_row()
{
    scan_.scan(std::string_view(buffer_).substr(at_), true, row_);
    skips_line_ = at_ + row_.size == buffer_.size();
}

void CsvRecords::skip_line()
{
    for (;;) {
        const std::size_t end = buffer_.find_first_of("\r\n", at_);
        if (end != buffer_.npos && (buffer_[end] == '\n' || end + 1 < buffer_.size() || is_whole_rest_)) {
            at_ = end + 1;
            if (buffer_[end] == '\r' && at_ < buffer_.size() && buffer_[at_] == '\n') ++at_;
            return;
        }
        at_ = end == buffer_.npos ? buffer_.size() : end;
        if (is_whole_rest_) return;
        if (!read_more()) is_whole_rest_ = true;
    }
}

namespace
{

// `="0151"`: how some programs keep a spreadsheet from taking a text for a number.
std::string_view without_text_mark(std::string_view field)
{
    const bool is_marked = field.size() >= 3 && field.starts_with("=\"") && field.ends_with('"');
    const std::string_view inside = is_marked ? field.substr(2, field.size() - 3) : field;
    return is_marked && inside.find('"') == inside.npos ? trimmed_cell(inside) : field;
}

} // namespace

void CsvRecords::set_fields(std::string_view scanned)
{
    fields_.clear();
    unguarded_.clear();
    for (const CsvRow::Cell& cell : row_.cells) {
        std::string_view field = trimmed_cell(row_.text_of(cell, scanned));
        if (is_guarded(field))
            field = unguarded_.emplace_back(without_guard(field));
        else
            field = without_text_mark(field);
        fields_.push_back(field);
    }
}

} // namespace waybill::recipients
