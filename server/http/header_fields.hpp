#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::http
{

// A field value of the form `token; name=value; name="quoted"`, as in Content-Type and Content-Disposition.
struct HeaderValue
{
    std::string token;                                           // lower case
    std::vector<std::pair<std::string, std::string>> parameters; // names in lower case, values unquoted

    const std::string* find(std::string_view name) const; // null: no such parameter
};

// Takes what is well formed and skips what is not. In quoted values only \" and \\ are escapes, since old browsers send
// `C:\path\file` bare.
HeaderValue parse_header_value(std::string_view text);

} // namespace waybill::http
