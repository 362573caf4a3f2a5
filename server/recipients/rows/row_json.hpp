#pragma once

#include "server/recipients/columns/columns.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// A row of a list as a JSON object, header -> value, in column order. Written as text because it is done for each of a
// million rows; the keys are escaped once. Columns without a name are left out, unless they hold something required.
class RowJson
{
public:
    static constexpr std::size_t max_bytes = 4096;

    explicit RowJson(const Columns& columns);

    // At most max_bytes: values that are too long for it are cut and end in "…". Fields that the row lacks are empty;
    // those it has too many stand in the last column, with commas between them.
    std::string write(std::span<const std::string_view> fields) const;

private:
    std::string write_whole(std::span<const std::string_view> fields, std::size_t max_value_bytes) const;

    std::vector<std::string> keys_; // `"name":`, or empty for a column that is left out
    std::size_t keys_bytes_ = 0;
    std::size_t kept_ = 0; // columns
};

} // namespace waybill::recipients
