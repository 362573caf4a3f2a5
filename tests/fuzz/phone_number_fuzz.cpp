#include "server/text/phone/dialed.hpp"
#include "server/text/phone/numbering_plan.hpp"
#include "server/text/phone/plain_number.hpp"
#include "server/text/phone_number.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace waybill::text;

namespace
{

constexpr std::array<std::string_view, 8> countries{"1", "44", "49", "39", "33", "54", "65", "225"};
constexpr std::size_t max_digits = 17; // libphonenumber's

void require(bool truth)
{
    if (!truth) std::abort();
}

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool is_e164(std::string_view number)
{
    return number.size() > 3 && number.size() <= 1 + max_digits && number[0] == '+' && number[1] != '0' &&
           std::ranges::all_of(number.substr(1), is_digit);
}

// Digits alone, with or without a +: what the shortcut says, the library says.
void compare_shortcut(std::string_view text, std::string_view country)
{
    const bool international = text.starts_with('+');
    const phone::DialedNumber dialed{international, std::string(text.substr(international))};
    if (dialed.digits.empty() || dialed.digits.size() > 24 || !std::ranges::all_of(dialed.digits, is_digit)) return;
    const auto plain = phone::plain_number(dialed, country);
    if (plain) require(phone::judge_number(dialed, country)->e164 == *plain);
}

} // namespace

// Any bytes are a number in E.164 form or are refused with a reason; letters never are one. The first byte chooses the
// country.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view country = countries[data[0] % countries.size()];
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

    const PhoneNumber number = parse_phone_number(text, country);
    if (number)
        require(is_e164(*number) && std::ranges::none_of(text, is_letter));
    else
        require(!number.error().hint.empty());
    if (const PhoneNumber recipient = parse_recipient(text, {std::string(country), {}, false}))
        require(*recipient == *number);
    if (const auto behind = number_of_address(text)) require(is_e164(*behind));
    if (const PhoneNumber sender = parse_sender(text, country); sender && number) require(!sender->empty());
    compare_shortcut(text, country);
    return 0;
}
