#include "server/access/cookies.hpp"

#include <algorithm>

namespace waybill::access
{

namespace
{

std::string_view trimmed(std::string_view text)
{
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

} // namespace

std::string name_of(Cookie cookie, bool https)
{
    const std::string_view name = cookie == Cookie::session ? "waybill" : "waybill-device";
    return std::string(https ? "__Host-" : "").append(name);
}

std::optional<std::string> cookie_in(std::string_view header, std::string_view name)
{
    while (!header.empty()) {
        const std::string_view pair = header.substr(0, header.find(';'));
        header.remove_prefix(std::min(header.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) continue;
        return std::string(trimmed(pair.substr(equals + 1)));
    }
    return std::nullopt;
}

std::string set_cookie(std::string_view name, std::string_view value, bool https,
                       std::optional<std::chrono::seconds> lifetime)
{
    std::string cookie(name);
    cookie.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict");
    if (lifetime) cookie += "; Max-Age=" + std::to_string(lifetime->count());
    if (https) cookie += "; Secure";
    return cookie;
}

} // namespace waybill::access
