#pragma once

#include <string>
#include <string_view>

namespace waybill::recipients
{

// What two headers have in common when they are the same to people: case, blanks, `_`, `-` and invisible characters do
// not count. "Phone_Number" and "phone number " have one key.
std::string header_key(std::string_view header);

// The lower-case ASCII letters and digits of the header alone: what the words that Waybill knows are compared with.
std::string heading_letters(std::string_view header);

} // namespace waybill::recipients
