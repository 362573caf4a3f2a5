#include "server/http/server/part_disposition.hpp"

#include "server/http/header_fields.hpp"
#include "server/http/percent_decoding.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace waybill::http
{

namespace
{

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
