#include "server/http/header_fields.hpp"

#include <algorithm>

namespace waybill::http
{

namespace
{

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string lower_case(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

// Text up to `stop`, which is left in place.
std::string_view take_until(std::string_view& text, std::string_view stop)
{
    const std::string_view taken = text.substr(0, text.find_first_of(stop));
    text.remove_prefix(taken.size());
    return trimmed(taken);
}

// `text` begins behind the opening quote; the closing one is taken off as well.
std::string take_quoted(std::string_view& text)
{
    std::string value;
    while (!text.empty() && text[0] != '"') {
        const bool escape = text[0] == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\');
        if (escape) text.remove_prefix(1);
        value += text[0];
        text.remove_prefix(1);
    }
    if (!text.empty()) text.remove_prefix(1);
    return value;
}

std::string take_value(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (!text.starts_with('"')) return std::string(take_until(text, ";"));
    text.remove_prefix(1);
    return take_quoted(text);
}

} // namespace

const std::string* HeaderValue::find(std::string_view name) const
{
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [name](const auto& parameter) { return parameter.first == name; });
    return found == parameters.end() ? nullptr : &found->second;
}

HeaderValue parse_header_value(std::string_view text)
{
    HeaderValue result;
    result.token = lower_case(take_until(text, ";"));
    while (!text.empty()) {
        text.remove_prefix(1);
        std::string name = lower_case(take_until(text, "=;"));
        if (!text.starts_with('=')) continue;
        text.remove_prefix(1);
        std::string value = take_value(text);
        take_until(text, ";"); // whatever follows a closing quote
        result.parameters.emplace_back(std::move(name), std::move(value));
    }
    return result;
}

} // namespace waybill::http
