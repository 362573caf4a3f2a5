#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Dates as Twilio's API writes and reads them.
namespace waybill::twilio
{

// `Thu, 24 Aug 2023 05:01:45 +0000`; empty when it is anything else.
std::optional<std::chrono::system_clock::time_point> parse_rfc2822(std::string_view text);

std::string to_date(std::chrono::system_clock::time_point time); // `2023-08-24`, in UTC

} // namespace waybill::twilio
