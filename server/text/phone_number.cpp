#include "server/text/phone_number.hpp"

#include "server/text/phone/dialed.hpp"
#include "server/text/phone/numbering_plan.hpp"
#include "server/text/phone/plain_number.hpp"

#include <algorithm>
#include <utility>

namespace waybill::text
{

namespace
{

constexpr std::size_t min_short_code = 3, max_short_code = 6;
constexpr std::size_t min_address_digits = 7, max_address_digits = 15;
constexpr std::size_t max_clean_size = 16; // + and the digits of any number

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

using Dialed = boost::system::result<phone::DialedNumber, RefusedNumber>;

Dialed read(std::string_view text)
{
    const bool international = text.starts_with('+');
    const std::string_view digits = text.substr(international);
    if (digits.size() < max_clean_size && !digits.empty() && std::ranges::all_of(digits, is_digit))
        return phone::DialedNumber{international, std::string(digits)};
    const PhoneNumber clean = phone::clean_cell(text);
    if (!clean) return clean.error();
    return phone::read_dialed(*clean);
}

std::optional<RefusedNumber> find_fault(std::string_view country_code, phone::Charge charge,
                                        const RecipientRules& rules)
{
    const auto& allowed = rules.allowed_country_codes;
    if (!allowed.empty() && std::ranges::find(allowed, country_code) == allowed.end())
        return refused("numbers of +" + std::string(country_code) + " are not texted here (ALLOWED_COUNTRY_CODES)");
    if (rules.allow_premium || charge == phone::Charge::ordinary) return std::nullopt;
    if (charge == phone::Charge::premium_rate)
        return refused("a premium-rate number; they are texted only with ALLOW_PREMIUM=yes");
    return refused("a shared-cost number; they are texted only with ALLOW_PREMIUM=yes");
}

} // namespace

PhoneNumber parse_phone_number(std::string_view text, std::string_view default_country_code)
{
    RecipientRules any;
    any.default_country_code = default_country_code;
    any.allow_premium = true;
    return parse_recipient(text, any);
}

PhoneNumber parse_recipient(std::string_view text, const RecipientRules& rules)
{
    const Dialed dialed = read(text);
    if (!dialed) return dialed.error();
    if (auto plain = phone::plain_number(*dialed, rules.default_country_code)) {
        if (auto fault = find_fault(rules.default_country_code, phone::Charge::ordinary, rules))
            return *std::move(fault);
        return *std::move(plain);
    }
    phone::Judgement judged = phone::judge_number(*dialed, rules.default_country_code);
    if (!judged) return judged.error();
    if (auto fault = find_fault(judged->country_code, judged->charge, rules)) return *std::move(fault);
    return std::move(judged->e164);
}

PhoneNumber parse_sender(std::string_view text, std::string_view default_country_code)
{
    const PhoneNumber clean = phone::clean_cell(text);
    if (!clean) return clean.error();
    if (clean->size() >= min_short_code && clean->size() <= max_short_code && std::ranges::all_of(*clean, is_digit))
        return *clean;
    return parse_phone_number(*clean, default_country_code);
}

std::optional<std::string> number_of_address(std::string_view address)
{
    if (const auto channel = address.find(':'); channel != address.npos) address.remove_prefix(channel + 1);
    if (!address.starts_with('+')) return std::nullopt;
    PhoneNumber number = parse_phone_number(address, "1");
    if (number) return *std::move(number);
    const std::string_view digits = address.substr(1);
    const bool stands = digits.size() >= min_address_digits && digits.size() <= max_address_digits &&
                        digits.front() != '0' && std::ranges::all_of(digits, is_digit);
    return stands ? std::optional(std::string(address)) : std::nullopt;
}

RefusedNumber refused(std::string hint)
{
    RefusedNumber number;
    number.hint = std::move(hint);
    return number;
}

bool is_country_code(std::string_view code)
{
    return phone::is_known_country_code(code);
}

void load_numbering_plans()
{
    phone::is_known_country_code("1");
}

} // namespace waybill::text
