#include "server/text/money.hpp"

#include <cassert>
#include <charconv>

namespace waybill::text
{

namespace
{

constexpr std::int64_t units_per_dollar = 10'000;
constexpr std::size_t places = 4;

} // namespace

std::string dollars(std::int64_t ten_thousandths)
{
    assert(ten_thousandths >= 0);
    std::string fraction = std::to_string(ten_thousandths % units_per_dollar);
    fraction.insert(0, places - fraction.size(), '0');
    return std::to_string(ten_thousandths / units_per_dollar) + "." + fraction;
}

std::optional<std::int64_t> parse_dollars(std::string_view text)
{
    std::size_t point = text.find('.');
    std::string digits(text.substr(0, point));
    std::string_view fraction = point == text.npos ? std::string_view() : text.substr(point + 1);
    bool complete = !digits.empty() && (point == text.npos || !fraction.empty());
    if (!complete || fraction.size() > places) return std::nullopt;
    digits.append(fraction).append(places - fraction.size(), '0');
    if (digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;

    std::int64_t amount = 0;
    auto result = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
    if (result.ec != std::errc()) return std::nullopt;
    return amount;
}

std::string percent(std::int64_t part, std::int64_t whole)
{
    if (whole == 0) return "0%";
    return std::to_string((part * 200 + whole) / (whole * 2)) + "%";
}

} // namespace waybill::text
