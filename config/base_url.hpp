#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace waybill::config
{

// An absolute URL that paths are appended to: http(s)://host[:port][/path].
struct BaseUrl
{
    std::string text;   // as written, without trailing slashes
    std::string scheme; // http or https
    std::string host;   // lower case, IPv6 without brackets
    std::string path;   // empty or /…, without a trailing slash
};

// The URL, or what is wrong with it: the end of a sentence that begins with the setting's name. Never quotes the value.
std::variant<BaseUrl, std::string> parse_base_url(std::string_view text);

// 127.0.0.0/8, ::1 and localhost. Expects a host as in BaseUrl.
bool is_loopback(const std::string& host);
bool is_any_address(const std::string& address); // a listener there can also be reached on loopback

} // namespace waybill::config
