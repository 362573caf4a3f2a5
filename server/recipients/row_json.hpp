#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// A row of a CSV file as a JSON object, header -> value, in column order. Written as text because it is done for each
// of a million rows; the keys are escaped once. Columns without a name are left out.
class RowJson
{
public:
    explicit RowJson(std::span<const std::string_view> header);

    // Fields that the row lacks are empty; those it has too many stand in the last column, with their commas.
    std::string write(std::span<const std::string_view> fields) const;

private:
    std::vector<std::string> keys_; // `"name":`, or empty for a column without a name
};

} // namespace waybill::recipients
