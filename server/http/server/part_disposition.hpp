#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill::http
{

// What the head of a multipart part says about it.
struct PartDisposition
{
    std::string name;
    std::optional<std::string> file_name; // set, though perhaps empty, for files
};

// `head` is the lines of a part's head. Nothing when there is no `Content-Disposition: form-data` with a name.
// `filename*` (RFC 8187, UTF-8) goes before `filename`.
std::optional<PartDisposition> parse_part_head(std::string_view head);

} // namespace waybill::http
