#pragma once

#include <cstddef>
#include <string_view>

namespace waybill::text
{

enum class TextFault
{
    none,
    incomplete, // the last sequence may go on in bytes that are still to come
    not_utf8,
    nul
};

struct TextPrefix
{
    std::size_t size = 0; // bytes that are whole UTF-8 text without NUL
    TextFault fault = TextFault::none;
};

// How far the bytes are text, and what stands behind that.
TextPrefix text_prefix(std::string_view bytes);

// The code point at `at`, which moves behind it; a byte that belongs to no valid sequence counts as U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& at);

inline std::size_t utf16_units(char32_t code_point)
{
    return code_point > 0xFFFF ? 2 : 1;
}

// Of valid UTF-8.
std::size_t utf16_units(std::string_view text);

// Where the user-perceived character that begins at `at` ends. Own rules, after Unicode's annex 29, rather than ICU:
// 30 MB of library for a count that only decides where a long UCS-2 message is cut, and which Twilio may cut otherwise.
// Known: combining marks, variation selectors, keycaps, emoji modifiers and tags, ZWJ sequences, flags, Hangul. Left
// out: the rare prepended marks. CR LF counts as two, as Twilio's segment calculator has it.
std::size_t grapheme_end(std::string_view text, std::size_t at);

} // namespace waybill::text
