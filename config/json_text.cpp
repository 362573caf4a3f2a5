#include "config/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace waybill::config
{

namespace
{

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// How many bytes the character at the front takes; 0: it is no UTF-8.
std::size_t length_of_character(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    const bool continues = std::ranges::all_of(text.substr(1, length - 1),
                                               [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80; });
    const bool is_too_low = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool is_too_high = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F); // surrogates
    return continues && !is_too_low && !is_too_high ? length : 0;
}

void append_ascii(std::string& json, char c)
{
    if (c == '"' || c == '\\') {
        json += '\\';
        json += c;
    }
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
        json += escaped;
    }
    else {
        json += c;
    }
}

} // namespace

std::string as_json(std::string_view text)
{
    std::string json = "\"";
    while (!text.empty()) {
        const std::size_t length = length_of_character(text);
        if (length == 1)
            append_ascii(json, text.front());
        else
            json += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return json + '"';
}

} // namespace waybill::config
