#pragma once

#include "server/text/phone_number.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace waybill::text::phone
{

// What a person meant to type: ASCII without what spreadsheets, phones and web pages add to it. Format characters are
// removed, blanks, dashes, digits and full-width forms of any script become ASCII, a spreadsheet's marks for text
// (`'…`, `="…"`) and a float's `.0` are removed. Line ends stay, as '\n'. Refuses what is no text or too long.
PhoneNumber clean_cell(std::string_view cell);

// A number as people dial it: its digits, and whether a + stood before them.
struct DialedNumber
{
    bool international = false;
    std::string digits;
};

// What can be said about a clean cell without knowing any country: refuses letters, extensions, a second number, dates
// and numbers that a spreadsheet has rounded.
boost::system::result<DialedNumber, RefusedNumber> read_dialed(std::string_view clean);

} // namespace waybill::text::phone
