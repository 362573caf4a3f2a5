#include "server/recipients/csv/csv.hpp"

#include "server/recipients/csv/csv_cell.hpp"
#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/list_file.hpp"

#include <algorithm>
#include <utility>

namespace waybill::recipients
{

CsvScan::CsvScan(char delimiter) : delimiter_(delimiter)
{
    for (const char stop : {delimiter, '\r', '\n'})
        stops_[static_cast<unsigned char>(stop)] = true;
}

bool CsvScan::scan(std::string_view text, bool is_whole_rest, CsvRow& row)
{
    text_ = text;
    is_whole_rest_ = is_whole_rest;
    at_ = 0;
    count_ = 0;
    row_ = &row;
    row.cells.clear();
    row.rewritten.clear();
    row.too_wide = row.never_closed = false;
    for (;;) {
        const std::size_t first = without_blanks(at_);
        if (first == text_.size() && !is_whole_rest_) return false;
        const bool is_quoted = first < text_.size() && text_[first] == '"';
        const Found found = is_quoted ? quoted_cell(first + 1) : plain_cell(at_);
        if (found == Found::nothing) return false;
        if (at_ < text_.size() && text_[at_] == delimiter_)
            ++at_;
        else
            break;
    }
    if (at_ < text_.size() && text_[at_] == '\r' && at_ + 1 == text_.size() && !is_whole_rest_) return false;
    end_row();
    return true;
}

void CsvScan::end_row()
{
    if (at_ < text_.size() && text_[at_] == '\r') {
        ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    }
    else if (at_ < text_.size())
        ++at_;
    row_->size = at_;
}

CsvScan::Found CsvScan::plain_cell(std::size_t begin)
{
    at_ = end_of_plain(begin);
    if (at_ == text_.size() && !is_whole_rest_) return Found::nothing;
    add(text_.substr(begin, at_ - begin), begin, false);
    return Found::cell;
}

// `begin` is behind the opening mark.
CsvScan::Found CsvScan::quoted_cell(std::size_t begin)
{
    bool has_doubled = false;
    for (std::size_t from = begin;;) {
        const std::size_t quote = text_.find('"', from);
        const bool is_too_long = (quote == text_.npos ? text_.size() : quote) - begin > ListLimits::field_bytes;
        if (is_too_long || (quote == text_.npos && is_whole_rest_)) return unclosed_cell(begin);
        if (quote == text_.npos || (quote + 1 == text_.size() && !is_whole_rest_)) return Found::nothing;
        if (quote + 1 == text_.size() || text_[quote + 1] != '"') return closed_cell(begin, quote, has_doubled);
        has_doubled = true;
        from = quote + 2;
    }
}

CsvScan::Found CsvScan::closed_cell(std::size_t begin, std::size_t quote, bool has_doubled)
{
    std::string_view inside = text_.substr(begin, quote - begin);
    std::size_t behind = without_blanks(quote + 1);
    if (behind == text_.size() && !is_whole_rest_) return Found::nothing;
    const bool is_clean = ends_cell(behind);
    if (!is_clean && inside.find_first_of("\r\n") != inside.npos) return unclosed_cell(begin);
    at_ = is_clean ? behind : end_of_plain(behind);
    if (at_ == text_.size() && !is_whole_rest_) return Found::nothing;
    if (is_clean && !has_doubled) {
        add(inside, begin, false);
        return Found::cell;
    }
    std::string text;
    for (std::size_t next = inside.find("\"\""); next != inside.npos; next = inside.find("\"\"")) {
        text.append(inside, 0, next + 1);
        inside.remove_prefix(next + 2);
    }
    text.append(inside);
    if (!is_clean) text.append(text_, quote + 1, at_ - quote - 1); // `"Bob" Lee`
    add_rewritten(text);
    return Found::cell;
}

// The mark that was opened has no fitting end: the cell is the rest of its line, and the next line is a row of its own.
CsvScan::Found CsvScan::unclosed_cell(std::size_t begin)
{
    at_ = std::min(text_.find_first_of("\r\n", begin), text_.size());
    row_->never_closed = true;
    add(text_.substr(begin, at_ - begin), begin, false);
    return Found::cell;
}

void CsvScan::add(std::string_view text, std::size_t begin, bool is_rewritten)
{
    if (count_++ < ListLimits::columns)
        row_->cells.push_back({begin, cut_text(text, ListLimits::field_bytes).size(), is_rewritten});
    else if (!trimmed_cell(text).empty())
        row_->too_wide = true;
}

void CsvScan::add_rewritten(std::string_view text)
{
    const std::size_t begin = row_->rewritten.size();
    row_->rewritten.append(text);
    add(text, begin, true);
}

std::size_t CsvScan::without_blanks(std::size_t at) const
{
    while (at < text_.size() && (text_[at] == ' ' || (text_[at] == '\t' && delimiter_ != '\t')))
        ++at;
    return at;
}

std::size_t CsvScan::end_of_plain(std::size_t at) const
{
    while (at < text_.size() && !stops_[byte(at)])
        ++at;
    return at;
}

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
