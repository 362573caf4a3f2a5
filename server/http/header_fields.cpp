#include "server/http/header_fields.hpp"

#include "config/ascii.hpp"
#include "server/http/message.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace waybill::http
{

namespace
{

constexpr std::string_view blanks = " \t\r\n";

// Text up to `stop`, which is left in place.
std::string_view take_until(std::string_view& text, std::string_view stop)
{
    const std::string_view taken = text.substr(0, text.find_first_of(stop));
    text.remove_prefix(taken.size());
    return config::trimmed(taken);
}

// `text` begins after the opening quote; the closing one is removed as well.
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

// `UTF-8'en'na%C3%AFve.csv`
std::optional<std::string> extended_value(std::string_view text)
{
    const std::size_t charset_end = text.find('\'');
    const std::size_t language_end = text.find('\'', charset_end + 1);
    if (charset_end == std::string_view::npos || language_end == std::string_view::npos) return std::nullopt;
    if (!boost::beast::iequals(text.substr(0, charset_end), "UTF-8")) return std::nullopt;
    return percent_decoded(text.substr(language_end + 1));
}

std::optional<std::string> file_name_of(const HeaderValue& disposition)
{
    if (const std::string* extended = disposition.find("filename*")) {
        if (auto decoded = extended_value(*extended)) return decoded;
    }
    if (const std::string* plain = disposition.find("filename")) return *plain;
    return std::nullopt;
}

std::optional<std::string_view> content_disposition(std::string_view head)
{
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        const std::size_t colon = line.find(':');
        if (boost::beast::iequals(line.substr(0, colon), "Content-Disposition") && colon != std::string_view::npos)
            return line.substr(colon + 1);
        head.remove_prefix(std::min(line.size() + 2, head.size()));
    }
    return std::nullopt;
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
    result.token = config::lower_case(take_until(text, ";"));
    while (!text.empty()) {
        text.remove_prefix(1);
        std::string name = config::lower_case(take_until(text, "=;"));
        if (!text.starts_with('=')) continue;
        text.remove_prefix(1);
        std::string value = take_value(text);
        take_until(text, ";"); // whatever follows a closing quote
        result.parameters.emplace_back(std::move(name), std::move(value));
    }
    return result;
}

std::optional<PartDisposition> parse_part_head(std::string_view head)
{
    const auto field = content_disposition(head);
    if (!field) return std::nullopt;
    const HeaderValue disposition = parse_header_value(*field);
    const std::string* name = disposition.find("name");
    if (disposition.token != "form-data" || name == nullptr) return std::nullopt;
    return PartDisposition{*name, file_name_of(disposition)};
}

} // namespace waybill::http
