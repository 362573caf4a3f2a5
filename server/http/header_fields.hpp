#pragma once

#include <optional>
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

// Reads what is well formed and skips the rest. In quoted values only \" and \\ are escapes, since old browsers send
// `C:\path\file` bare.
HeaderValue parse_header_value(std::string_view text);

// What the head of a multipart part says about it.
struct PartDisposition
{
    std::string name;
    std::optional<std::string> file_name; // set, though perhaps empty, for files
};

// `head` is the lines of a part's head. Nothing when there is no `Content-Disposition: form-data` with a name.
// `filename*` (RFC 8187, UTF-8) takes precedence over `filename`.
std::optional<PartDisposition> parse_part_head(std::string_view head);

} // namespace waybill::http
