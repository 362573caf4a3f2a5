#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Money is counted in integers of 1/10 000 USD and shown as a decimal string with four places.
namespace waybill::text
{

std::string dollars(std::int64_t ten_thousandths); // 225 -> "0.0225"; not negative

// "0.0075" -> 75, "12" -> 120000; nothing for signs, symbols, more than four places or more than int64 holds.
std::optional<std::int64_t> parse_dollars(std::string_view text);

// (2, 3) -> "67%", rounded half up; "0%" when the whole is 0.
std::string percent(std::int64_t part, std::int64_t whole);

} // namespace waybill::text
