#pragma once

#include <string>
#include <string_view>

// Text of protocols and settings: ASCII only, whatever the locale.
namespace waybill::config
{

constexpr std::string_view trimmed(std::string_view text) // without the white space around it
{
    constexpr std::string_view white_space = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(white_space);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

constexpr bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

inline std::string lower_case(std::string_view text)
{
    std::string lower{text};
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

} // namespace waybill::config
