#pragma once

#include "server/text/phone/dialed.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace waybill::text::phone
{

// The shortcut for most of a list: mobile numbers of the default country in a plain form, which judge_number() accepts
// as they stand and without a charge. Empty for everything else, which says nothing about the number.
std::optional<std::string> plain_number(const DialedNumber& dialed, std::string_view default_country_code);

} // namespace waybill::text::phone
