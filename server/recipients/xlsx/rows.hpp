#pragma once

#include "server/recipients/file/records.hpp"
#include "server/recipients/xlsx/workbook.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// A number cell's value as people see it without a format: 6145550123.0 and 6.145550123E9 are 6145550123.
std::string number_text(std::string_view value);

// A number cell that is shown as a date: `2024-01-15`, `2024-01-15 13:45:00`, or a time alone.
std::string date_text(std::string_view value, bool begins_in_1904);

// The rows of one sheet, cells by their values; rows that the file leaves out are left out here.
class XlsxRecords : public Records, private XmlHandler
{
public:
    XlsxRecords(std::shared_ptr<const XlsxWorkbook> workbook, const std::string& part);

    bool next() override;

private:
    struct Row
    {
        std::int64_t line = 0;
        std::vector<std::string> cells;
        std::size_t bytes = 0;
        bool too_wide = false;
        bool lacks_result = false; // of a formula
    };

    void on_start(std::string_view name, const XmlAttributes& attributes) override;
    void on_end(std::string_view name) override;
    void on_text(std::string_view text) override;
    void begin_row(const XmlAttributes& attributes);
    void begin_cell(const XmlAttributes& attributes);
    void end_cell();
    std::string value() const;

    std::shared_ptr<const XlsxWorkbook> workbook_;
    XmlStream stream_;
    std::deque<Row> rows_; // parsed and still to be given out
    Row shown_;            // what fields() refers to
    Row row_;              // that is being parsed
    std::int64_t last_line_ = 0;
    std::size_t column_ = 0; // of the cell that is being parsed, from 1
    std::string type_;
    std::size_t style_ = 0;
    std::string text_;
    bool in_row_ = false, in_cell_ = false, in_text_ = false, in_reading_aid_ = false;
    bool has_formula_ = false, has_value_ = false; // the cell that is being parsed
};

} // namespace waybill::recipients
