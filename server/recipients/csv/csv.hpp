#pragma once

#include "server/recipients/csv/csv_scan.hpp"
#include "server/recipients/file/records.hpp"
#include "server/recipients/file/text_stream.hpp"

#include <deque>
#include <string>

namespace waybill::recipients
{

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
