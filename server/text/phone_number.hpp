#pragma once

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::text
{

// What is wrong with a cell that should hold a phone number, in plain words: "one digit too many".
struct RefusedNumber
{
    RefusedNumber() = default; // so that no string turns into one

    std::string hint;
};

RefusedNumber refused(std::string hint);

using PhoneNumber = boost::system::result<std::string, RefusedNumber>; // E.164

// Which numbers may be texted, beside being numbers.
struct RecipientRules
{
    std::string default_country_code = "1";
    std::vector<std::string> allowed_country_codes; // empty: all
    bool allow_premium = false;                     // premium-rate and shared-cost numbers
};

// What people and spreadsheets write -> E.164, by the rules in README.md. Any thread may call it. A
// clean number of the default country takes less than a microsecond, any other one up to a tenth of a millisecond.
PhoneNumber parse_phone_number(std::string_view text, std::string_view default_country_code);

// The same, and refuses what must not be texted.
PhoneNumber parse_recipient(std::string_view text, const RecipientRules& rules);

// What texts are sent from: a short code of three to six digits as it stands, or a phone number.
PhoneNumber parse_sender(std::string_view text, std::string_view default_country_code);

// The number behind an address as Twilio writes it: `+15551234567`, `whatsapp:+15551234567`, `rcs:+15551234567`. Empty
// for what is no number, such as a short code or a sender's name. A number that begins with + is never refused: the
// right to opt out does not depend on whether its country is known here.
std::optional<std::string> number_of_address(std::string_view address);

// Whether a country has this code; DEFAULT_COUNTRY_CODE must be one.
bool is_country_code(std::string_view code);

// Loads the numbering plans of all countries, which takes 30 ms that no request should wait for.
void load_numbering_plans();

} // namespace waybill::text
