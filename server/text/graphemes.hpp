#pragma once

#include <cstddef>
#include <string_view>

namespace waybill::text
{

// Where the user-perceived character that begins at `at` ends. Own rules, after Unicode's annex 29, rather than ICU:
// 30 MB of library for a count that only decides where a long UCS-2 message is cut, and which Twilio may cut otherwise.
// Known: combining marks, variation selectors, keycaps, emoji modifiers and tags, ZWJ sequences, flags, Hangul. Left
// out: the rare prepended marks. CR LF counts as two, as Twilio's segment calculator has it.
std::size_t grapheme_end(std::string_view text, std::size_t at);

} // namespace waybill::text
