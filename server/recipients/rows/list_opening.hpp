#pragma once

#include "server/recipients/columns/columns.hpp"
#include "server/recipients/file/list_file.hpp"
#include "server/recipients/file/records.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waybill::recipients
{

// What Waybill understands of a list, for the person who uploads it.
struct ListDescription
{
    std::string format;              // `csv` or `xlsx`
    std::string encoding, delimiter; // empty for a workbook
    std::string sheet;               // empty for a CSV file
    std::vector<std::string> sheets;
    Columns columns;
    SampleRows first_rows;               // below the header line, as many as people look at
    std::optional<DateOrder> date_order; // of its dates; empty when they leave it open or there are none
    std::vector<Question> questions;
};

// No column fits something that is required; what() names it and lists the columns that the file has (400).
class MissingColumns : public ListError
{
public:
    explicit MissingColumns(const Columns& columns);

    const std::vector<std::string>& missing() const { return missing_; }
    const std::vector<std::string>& found() const { return found_; }

private:
    std::vector<std::string> missing_;
    std::vector<std::string> found_;
};

struct OpenedList
{
    ListDescription description;
    bool begins_in_1904 = false;
    std::function<std::unique_ptr<Records>()> rows; // from the first row behind the header line; may be called again
};

// Recognises the file and finds its header line and columns. Throws ListError and UnfitChoice.
OpenedList open_list(const ListFile& file, const ListChoices& choices, const IsPhoneNumber& is_phone_number);

} // namespace waybill::recipients
