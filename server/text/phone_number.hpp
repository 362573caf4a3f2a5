#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill::text
{

// What people type -> E.164, by the rules in README ("Phone numbers"): digits, space, - . ( ) and one leading +;
// surrounding white space is trimmed; without + ten digits take the default country code, 11 to 15 take +; 10 to 15
// digits in all, the first not 0;
// `(0)` behind a + country code is refused. No check of area codes.
std::optional<std::string> parse_phone_number(std::string_view text, std::string_view default_country_code = "1");

} // namespace waybill::text
