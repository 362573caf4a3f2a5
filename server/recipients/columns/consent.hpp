#pragma once

#include <string_view>

namespace waybill::recipients
{

// "no", "FALSE", 0, "opted out": in a column of consent the person wants no texts.
bool says_no(std::string_view cell);

// Whether a cell of a column of objections ("Opted out") keeps the person from texts: unless it is empty or says no.
bool objects(std::string_view cell);

// "yes", "TRUE", 1, "x", "opted out": in a column of objections the person wants no texts.
bool says_yes(std::string_view cell);

} // namespace waybill::recipients
