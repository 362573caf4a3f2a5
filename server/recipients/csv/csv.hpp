#pragma once

#include "server/recipients/file/records.hpp"
#include "server/recipients/file/text_stream.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// One row of a CSV file as it was found in a text. Reused for all rows of a file.
struct CsvRow
{
    struct Cell
    {
        std::size_t begin = 0;
        std::size_t size = 0;
        bool is_rewritten = false; // stands in `rewritten`, not in the text that was scanned
    };

    std::vector<Cell> cells;
    std::string rewritten;     // cells that had quotation marks inside
    std::size_t size = 0;      // of the row in the text, line end included
    bool too_wide = false;     // cells beyond the limit of columns hold something
    bool never_closed = false; // a quotation mark was opened that has no fitting end

    std::string_view text_of(const Cell& cell, std::string_view scanned) const
    {
        return (cell.is_rewritten ? std::string_view(rewritten) : scanned).substr(cell.begin, cell.size);
    }
};

// Finds the row at the beginning of a text: RFC 4180 with any delimiter and line end. A quotation mark inside a cell
// that does not begin with one is text; one that is opened and never closed ends with its line.
class CsvScan
{
public:
    explicit CsvScan(char delimiter);

    // False when the row does not end within the text; never at the end of the file.
    bool scan(std::string_view text, bool is_whole_rest, CsvRow& row);

private:
    enum class Found
    {
        cell,
        nothing, // the text ends before the cell does
    };

    Found quoted_cell(std::size_t begin);
    Found closed_cell(std::size_t begin, std::size_t quote, bool is_rewritten);
    Found plain_cell(std::size_t begin);
    Found unclosed_cell(std::size_t begin);
    void add(std::string_view text, std::size_t begin, bool is_rewritten);
    void add_rewritten(std::string_view text);
    void end_row();
    std::size_t without_blanks(std::size_t at) const;
    std::size_t end_of_plain(std::size_t at) const;
    bool ends_cell(std::size_t at) const { return at == text_.size() || stops_[byte(at)]; }
    unsigned char byte(std::size_t at) const { return static_cast<unsigned char>(text_[at]); }

    char delimiter_;
    std::array<bool, 256> stops_{}; // what ends a cell without quotation marks
    std::string_view text_;
    bool is_whole_rest_ = false;
    std::size_t at_ = 0;
    std::size_t count_ = 0; // of cells in the row
    CsvRow* row_ = nullptr;
};

struct CsvDialect
{
    char delimiter = ',';
    bool has_sep_line = false; // `sep=;`, which a spreadsheet does not show
};

// The rows of a CSV file; empty lines may be left out. Cells lose the guard that an export of ours puts before what
// looks like a formula.
class CsvRecords : public Records
{
public:
    CsvRecords(ListFile file, CsvDialect dialect);

    bool next() override;
    std::string_view encoding() const override { return name_of(text_.encoding()); }

private:
    bool scan();
    bool read_more();
    void skip_empty_lines();
    void skip_line();
    void end_oversized_row();
    void set_fields(std::string_view scanned);

    TextStream text_;
    CsvScan scan_;
    std::string buffer_;
    std::size_t at_ = 0; // of the next row in the buffer
    bool is_whole_rest_ = false;
    bool skips_line_ = false; // the rest of a row over its limit
    CsvRow row_;
    std::deque<std::string> unguarded_; // cells of the row without their guards
};

} // namespace waybill::recipients
