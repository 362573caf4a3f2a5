#pragma once

#include "server/recipients/columns/columns.hpp"
#include "server/recipients/file/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waybill::recipients
{

// The first rows of a list that are not blank, to find its header line and judge its columns.
struct ListHead
{
    struct Row
    {
        std::int64_t line = 0;
        std::vector<std::string> cells; // cut
        std::size_t bytes = 0;
        bool is_too_wide = false;
    };

    std::vector<Row> rows;
};

ListHead read_head(Records& records);

// The row that names the columns: titles may stand above it. Empty for a head without rows.
std::optional<std::size_t> header_index(const ListHead& head, const ColumnChoice& choice);

// Whether the list has no header line: the row that should name the columns holds a customer.
bool is_customer(const ListHead::Row& row, const IsPhoneNumber& is_phone_number);

// The columns of a list without a header line: "Column A", "Column B".
Columns nameless_columns_of(const ListHead& head, std::size_t first, const ColumnChoice& choice,
                            const IsPhoneNumber& is_phone_number);

// The columns of the list whose header line is this row. Throws ListError for a header line over its limits, and
// UnfitChoice.
Columns columns_of(const ListHead& head, std::size_t header, const ColumnChoice& choice,
                   const IsPhoneNumber& is_phone_number);

} // namespace waybill::recipients
