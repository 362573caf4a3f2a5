#pragma once

#include "server/text/phone/dialed.hpp"
#include "server/text/phone_number.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace waybill::text::phone
{

enum class Charge
{
    ordinary,
    shared_cost,
    premium_rate
};

struct KnownNumber
{
    std::string e164;
    std::string country_code;
    Charge charge = Charge::ordinary; // what who answers is paid for
};

using Judgement = boost::system::result<KnownNumber, RefusedNumber>;

// Judges a number by libphonenumber, as a person in the default country would dial it. With +, numbers that are too
// short and area codes that do not exist pass: Twilio refuses them (21211). Takes up to a tenth of a millisecond.
Judgement judge_number(const DialedNumber& dialed, std::string_view default_country_code);

bool is_known_country_code(std::string_view code);

} // namespace waybill::text::phone
