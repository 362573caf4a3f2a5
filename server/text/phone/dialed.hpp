#pragma once

#include "server/text/phone_number.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace waybill::text::phone
{

// A number as people dial it: its digits, and whether a + stood before them.
struct DialedNumber
{
    bool international = false;
    std::string digits;
};

// What can be said about a clean cell without knowing any country: refuses letters, extensions, a second number, dates
// and numbers that a spreadsheet has rounded.
boost::system::result<DialedNumber, RefusedNumber> read_dialed(std::string_view clean);

} // namespace waybill::text::phone
