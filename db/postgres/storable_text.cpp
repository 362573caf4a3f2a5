#include "db/postgres/storable_text.hpp"

#include <algorithm>

namespace waybill::db
{

namespace
{

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

bool is_ascii(char byte)
{
    return (byte & 0x80) == 0;
}

bool is_continuation(char byte)
{
    return (byte & 0xC0) == 0x80;
}

// Bytes of the character at the start of the text; 0 when it is NUL or not valid UTF-8 (overlong forms, surrogates and
// what lies beyond U+10FFFF are not).
std::size_t character_length(std::string_view text)
{
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return first == 0 ? 0 : 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    if (!std::all_of(text.begin() + 1, text.begin() + length, is_continuation)) return 0;
    const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    const bool beyond_unicode = first == 0xF4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond_unicode ? 0 : length;
}

// Moves the first character of the text to the end of the other.
void move_character(std::string_view& text, std::string& to)
{
    const std::size_t length = character_length(text);
    to.append(length > 0 ? text.substr(0, length) : replacement_character);
    text.remove_prefix(std::max<std::size_t>(length, 1));
}

void move_json_character(std::string_view& text, std::string& json)
{
    const char first = text.front();
    if (first == '"' || first == '\\') {
        json += {'\\', first};
        text.remove_prefix(1);
    }
    else if (first > 0 && first < 0x20) {
        json.append(first < 0x10 ? "\\u000" : "\\u001") += "0123456789abcdef"[first % 16];
        text.remove_prefix(1);
    }
    else {
        move_character(text, json);
    }
}

constexpr auto is_plain = [](char character) { return character != 0 && is_ascii(character); };
constexpr auto is_plain_in_json = [](char character) {
    return is_ascii(character) && character >= 0x20 && character != '"' && character != '\\';
};

// Appends the text, whole runs of plain characters at a time and the others through `move`.
template <class IsPlain, class Move>
void append(std::string& to, std::string_view text, IsPlain plain, Move move)
{
    while (!text.empty()) {
        const auto run = std::find_if_not(text.begin(), text.end(), plain) - text.begin();
        to.append(text, 0, run);
        text.remove_prefix(run);
        if (!text.empty()) move(text, to);
    }
}

} // namespace

std::string storable(std::string_view text)
{
    std::string stored;
    append(stored, text, is_plain, move_character);
    return stored;
}

bool is_storable(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

void append_json_string(std::string& json, std::string_view text)
{
    json += '"';
    append(json, text, is_plain_in_json, move_json_character);
    json += '"';
}

} // namespace waybill::db
