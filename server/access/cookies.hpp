#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::access
{

enum class Cookie
{
    session,
    device // this browser has signed in to an account before
};

// Over https the name begins with __Host-, so that neither a page of http nor one of a sibling host can set it; each is
// read on its own transport alone.
std::string name_of(Cookie cookie, bool https);

std::optional<std::string> cookie_in(std::string_view header, std::string_view name);

// The value of Set-Cookie. Without a lifetime it ends with the browser; with 0 the browser forgets it.
std::string set_cookie(std::string_view name, std::string_view value, bool https,
                       std::optional<std::chrono::seconds> lifetime);

} // namespace waybill::access
