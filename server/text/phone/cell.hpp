#pragma once

#include "server/text/phone_number.hpp"

#include <string>
#include <string_view>

namespace waybill::text::phone
{

// What a person meant to type: ASCII without what spreadsheets, phones and web pages add to it. Format characters are
// removed, blanks, dashes, digits and full-width forms of any script become ASCII, a spreadsheet's marks for text
// (`'…`, `="…"`) and a float's `.0` are removed. Line ends stay, as '\n'. Refuses what is no text or too long.
PhoneNumber clean_cell(std::string_view cell);

} // namespace waybill::text::phone
