#pragma once

#include <string>
#include <string_view>

namespace waybill::config
{

// The text as a JSON string in its quotes. What is not UTF-8 becomes U+FFFD, byte by byte.
std::string as_json(std::string_view text);

} // namespace waybill::config
