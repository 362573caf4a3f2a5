#pragma once

#include "server/recipients/file/list_file.hpp"

#include <string_view>

namespace waybill::recipients
{

enum class FileKind
{
    text, // CSV of some kind
    zip   // perhaps an Excel workbook
};

// Judges by content alone. Throws ListError, which names what the file is, when it is neither.
FileKind kind_of(const ListFile& file);

// The refusal of a file that is something else: `what` completes "This file is not a list: it is …".
ListError not_a_list(std::string_view what);

} // namespace waybill::recipients
