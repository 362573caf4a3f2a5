#include "server/text/phone/numbering_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <phonenumbers/phonenumberutil.h>
#include <utility>

namespace waybill::text::phone
{

namespace
{

using i18n::phonenumbers::PhoneNumberUtil;
using Number = i18n::phonenumbers::PhoneNumber;

constexpr std::size_t mexican_size = 10;
constexpr int max_excess = 5; // digits that a number may have too many to be taken for a longer form of a valid one

const PhoneNumberUtil& library()
{
    return *PhoneNumberUtil::GetInstance();
}

std::string region_of(std::string_view country_code)
{
    int code = 0;
    std::from_chars(country_code.data(), country_code.data() + country_code.size(), code);
    std::string region;
    library().GetRegionCodeForCountryCode(code, &region);
    return region;
}

std::size_t national_size(const Number& number)
{
    std::string national;
    library().GetNationalSignificantNumber(number, &national);
    return national.size();
}

// One way to understand what was dialed.
struct Reading
{
    Number number;
    PhoneNumberUtil::PhoneNumberType type = PhoneNumberUtil::UNKNOWN;
    PhoneNumberUtil::ValidationResult length_as_mobile = PhoneNumberUtil::INVALID_LENGTH;

    // A mailbox has its owner's number with a digit or two inserted: a typing error rather than what is meant.
    bool is_valid() const { return type != PhoneNumberUtil::UNKNOWN && type != PhoneNumberUtil::VOICEMAIL; }
    bool is_plausible() const { return is_valid() || length_as_mobile == PhoneNumberUtil::IS_POSSIBLE; }
    bool is_ordinary() const
    {
        return type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE ||
               type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
    }
};

struct Parsed
{
    std::optional<Reading> reading;
    PhoneNumberUtil::ErrorType error = PhoneNumberUtil::NO_PARSING_ERROR;
};

Parsed parse(const std::string& text, const std::string& region)
{
    Reading reading;
    const auto error = library().ParseAndKeepRawInput(text, region, &reading.number);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) return {std::nullopt, error};
    if (reading.number.national_number() == 0) return {std::nullopt, PhoneNumberUtil::NOT_A_NUMBER};
    reading.type = library().GetNumberType(reading.number);
    reading.length_as_mobile = library().IsPossibleNumberForTypeWithReason(reading.number, PhoneNumberUtil::MOBILE);
    return {std::move(reading), error};
}

bool was_read_as_national(const Reading& reading)
{
    return reading.number.country_code_source() == Number::FROM_DEFAULT_COUNTRY;
}

// `4915123456789` in Germany, where an area code 4915 exists: too long for people's numbers there, and complete without
// the country code.
std::optional<Reading> read_without_plus(const Reading& national, const std::string& digits,
                                         std::string_view country_code)
{
    if (!digits.starts_with(country_code)) return std::nullopt;
    const bool too_long = national.length_as_mobile == PhoneNumberUtil::TOO_LONG;
    if (national.is_valid() && !too_long) return std::nullopt;
    std::optional<Reading> international = parse("+" + digits, "ZZ").reading;
    if (!international || !(too_long ? international->is_plausible() : international->is_valid())) return std::nullopt;
    return international;
}

// Spreadsheets drop the leading 0 even where it is part of the number, as in Italy.
std::optional<Reading> read_with_dropped_zero(const Reading& national, const std::string& digits,
                                              const std::string& region)
{
    if (national.is_valid() || digits.starts_with('0')) return std::nullopt;
    std::optional<Reading> restored = parse("0" + digits, region).reading;
    if (!restored || !restored->is_valid() || !restored->number.italian_leading_zero()) return std::nullopt;
    if (restored->length_as_mobile == PhoneNumberUtil::TOO_LONG) return std::nullopt; // a mobile number, mistyped
    return restored;
}

// How many digits at the end make an ordinary number of it when they are removed; 0 when there is no such number.
int excess_digits(const Reading& reading)
{
    if (reading.is_valid()) return 0;
    Reading shorter = reading;
    for (int removed = 1; removed <= max_excess; ++removed) {
        shorter.number.set_national_number(shorter.number.national_number() / 10);
        shorter.type = library().GetNumberType(shorter.number);
        if (shorter.is_ordinary()) return removed;
    }
    return 0;
}

bool is_too_long(const Reading& reading)
{
    const auto length_as_fixed =
        library().IsPossibleNumberForTypeWithReason(reading.number, PhoneNumberUtil::FIXED_LINE);
    return library().IsPossibleNumberWithReason(reading.number) == PhoneNumberUtil::TOO_LONG ||
           (!reading.is_valid() && reading.length_as_mobile == PhoneNumberUtil::TOO_LONG &&
            length_as_fixed == PhoneNumberUtil::TOO_LONG);
}

bool numbers_begin_with_zero(int country_code)
{
    std::string region;
    library().GetRegionCodeForCountryCode(country_code, &region);
    Number fixed, mobile;
    library().GetExampleNumberForType(region, PhoneNumberUtil::FIXED_LINE, &fixed);
    library().GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &mobile);
    return fixed.italian_leading_zero() || mobile.italian_leading_zero();
}

// How many digits it has more than a mobile number of its country; negative when it has fewer.
int difference_to_mobile(const Reading& reading)
{
    std::string region;
    library().GetRegionCodeForCountryCode(reading.number.country_code(), &region);
    Number mobile;
    if (!library().GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &mobile)) return 0;
    return static_cast<int>(national_size(reading.number)) - static_cast<int>(national_size(mobile));
}

std::string count_of(int digits, const std::string& what)
{
    return digits == 1 ? "one digit " + what : std::to_string(digits) + " digits " + what;
}

RefusedNumber too_many_digits(int digits, bool international)
{
    if (digits <= 0) return refused("too many digits");
    const bool foreign = digits > 1 && !international;
    return refused(count_of(digits, "too many") + (foreign ? "; a number of another country begins with +" : ""));
}

RefusedNumber no_such_number(const Reading& reading)
{
    if (library().IsPossibleNumberWithReason(reading.number) == PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY)
        return refused("the area code is missing");
    const int difference = difference_to_mobile(reading);
    if (difference < 0) return refused(count_of(-difference, "missing"));
    if (difference > 0) return too_many_digits(difference, false);
    return refused("no phone number of +" + std::to_string(reading.number.country_code()));
}

RefusedNumber refuse_unparsed(const DialedNumber& dialed, PhoneNumberUtil::ErrorType error)
{
    switch (error) {
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
        return refused("no country has a code like +" + dialed.digits.substr(0, 3));
    case PhoneNumberUtil::TOO_LONG_NSN:
        return refused("too many digits for one number");
    default:
        return refused(dialed.digits.find_first_not_of('0') == std::string::npos ? "nothing but zeros"
                                                                                 : "too few digits");
    }
}

std::optional<RefusedNumber> find_fault(const Reading& reading, bool international)
{
    if (const int excess = excess_digits(reading); excess > 0) return too_many_digits(excess, international);
    if (is_too_long(reading)) return too_many_digits(difference_to_mobile(reading), international);
    const bool stray_zero = reading.number.italian_leading_zero() && !reading.is_valid();
    if (stray_zero && (!international || !numbers_begin_with_zero(reading.number.country_code())))
        return refused("no phone number of +" + std::to_string(reading.number.country_code()) + " begins with 0");
    if (!international && !reading.is_plausible()) return no_such_number(reading);
    return std::nullopt;
}

// Where the number begins behind the country code; npos: it is not Mexican.
std::size_t behind_code_of_mexico(const DialedNumber& dialed, std::string_view default_country_code)
{
    const std::string_view digits = dialed.digits;
    if (dialed.international) return digits.starts_with("52") ? 2 : digits.npos;
    if (digits.starts_with("0052")) return 4;
    if (default_country_code != "52") return digits.npos;
    return digits.starts_with("52") && digits.size() > mexican_size ? 2 : 0;
}

// Lists still contain the prefixes that were dialed in Mexico until 2020; libphonenumber 8.13 no longer removes them.
DialedNumber without_old_prefix_of_mexico(DialedNumber dialed, std::string_view default_country_code)
{
    const std::size_t begin = behind_code_of_mexico(dialed, default_country_code);
    if (begin == std::string::npos) return dialed;
    for (const std::string_view prefix : {"1", "01", "02", "044", "045"}) {
        if (dialed.digits.size() != begin + prefix.size() + mexican_size) continue;
        if (dialed.digits.compare(begin, prefix.size(), prefix) == 0) dialed.digits.erase(begin, prefix.size());
    }
    return dialed;
}

Charge charge_of(const Reading& reading)
{
    if (reading.type == PhoneNumberUtil::PREMIUM_RATE) return Charge::premium_rate;
    if (reading.type == PhoneNumberUtil::SHARED_COST) return Charge::shared_cost;
    return Charge::ordinary;
}

} // namespace

Judgement judge_number(const DialedNumber& as_written, std::string_view default_country_code)
{
    const DialedNumber dialed = without_old_prefix_of_mexico(as_written, default_country_code);
    const std::string region = region_of(default_country_code);
    Parsed parsed = parse(dialed.international ? "+" + dialed.digits : dialed.digits, region);
    if (!parsed.reading) return refuse_unparsed(dialed, parsed.error);
    Reading& reading = *parsed.reading;
    if (was_read_as_national(reading)) {
        if (auto international = read_without_plus(reading, dialed.digits, default_country_code))
            reading = *std::move(international);
        else if (auto restored = read_with_dropped_zero(reading, dialed.digits, region))
            reading = *std::move(restored);
    }
    if (auto fault = find_fault(reading, dialed.international)) return *std::move(fault);

    KnownNumber known;
    library().Format(reading.number, PhoneNumberUtil::E164, &known.e164);
    known.country_code = std::to_string(reading.number.country_code());
    known.charge = charge_of(reading);
    return known;
}

bool is_known_country_code(std::string_view code)
{
    return !code.empty() && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; }) &&
           code.front() != '0' && code.size() <= 3 && region_of(code) != "ZZ" && region_of(code) != "001";
}

} // namespace waybill::text::phone
