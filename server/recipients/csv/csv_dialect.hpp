#pragma once

#include "server/recipients/csv/csv.hpp"

#include <string_view>

namespace waybill::recipients
{

// How the file separates its cells: by what its `sep=` line says, or by the delimiter that makes the best table of its
// first rows.
CsvDialect dialect_of(const ListFile& file);

CsvDialect dialect_of_text(std::string_view beginning, bool is_whole_file);

} // namespace waybill::recipients
