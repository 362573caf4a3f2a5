#include "server/text/clean_text.hpp"

#include "server/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace waybill::text
{

namespace
{

struct LookAlikes
{
    std::u32string_view characters;
    std::string_view plain;
};

constexpr auto look_alikes = std::to_array<LookAlikes>({
    {U"\u2018\u2019\u201A\u201B\u2032`\u00B4\u02BC", "'"},
    {U"\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB", "\""},
    {U"\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00B7", "-"},
    {U"\u2026", "..."},
    {U"\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000\t", " "},
    {U"\u00D7", "x"},
    {U"\u2044", "/"},
    {U"\u00AD\u200B\u2060\uFEFF", ""},
});

std::optional<std::string_view> plain_form(char32_t character)
{
    for (const LookAlikes& row : look_alikes)
        if (row.characters.find(character) != std::u32string_view::npos) return row.plain;
    return std::nullopt;
}

} // namespace

std::string with_line_feeds(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_return = text[at] == '\r';
        if (is_return && at + 1 < text.size() && text[at + 1] == '\n') continue; // the LF stands for both
        result += is_return ? '\n' : text[at];
    }
    return result;
}

std::string with_plain_characters(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t character = next_code_point(text, at);
        const auto plain = plain_form(character);
        result += plain.value_or(text.substr(begin, at - begin));
    }
    return result;
}

} // namespace waybill::text
