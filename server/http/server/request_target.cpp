#include "server/http/server/request_target.hpp"

#include "config/ascii.hpp"

#include <algorithm>

namespace waybill::http
{

namespace
{

bool take_scheme(std::string_view& text)
{
    for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
        if (config::lower_case(text.substr(0, scheme.size())) != scheme) continue;
        text.remove_prefix(scheme.size());
        return true;
    }
    return false;
}

} // namespace

RequestTarget split_target(std::string_view text)
{
    RequestTarget parts;
    if (text.starts_with('/') || !take_scheme(text)) {
        parts.target = text;
        return parts;
    }
    const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
    parts.authority = text.substr(0, end);
    text.remove_prefix(end);
    parts.is_valid = !parts.authority.empty() && parts.authority.find('@') == std::string::npos;
    if (!text.starts_with('/')) parts.target = "/";
    parts.target += text;
    return parts;
}

} // namespace waybill::http
