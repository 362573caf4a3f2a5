#pragma once

#include <string>
#include <string_view>

namespace waybill::text
{

// CRLF and CR as LF: browsers post two characters for a line break, which would be counted and billed.
std::string with_line_feeds(std::string_view text);

// Replaces what writing programs slip in and GSM-7 lacks by what says the same: curly quotes, dashes, no-break spaces,
// the ellipsis. Anything else stays. The dashboard has the same table (segments.js).
std::string with_plain_characters(std::string_view text);

} // namespace waybill::text
