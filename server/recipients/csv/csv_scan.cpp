#include "server/recipients/csv/csv_scan.hpp"

#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/list_file.hpp"

#include <algorithm>

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

} // namespace waybill::recipients
