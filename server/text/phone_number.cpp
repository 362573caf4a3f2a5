#include "server/text/phone_number.hpp"

#include "config/ascii.hpp"

namespace waybill::text
{

namespace
{

constexpr std::size_t fewest_digits = 10;
constexpr std::size_t most_digits = 15;

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

// The trunk zero of `+44 (0)20 …`, which is not dialled from abroad.
bool has_optional_zero(std::string_view text)
{
    std::string dense;
    for (char character : text)
        if (character != ' ') dense += character;
    return dense.find("(0)") != dense.npos;
}

} // namespace

std::optional<std::string> parse_phone_number(std::string_view text, std::string_view default_country_code)
{
    text = config::trimmed(text);
    bool international = text.starts_with('+');
    if (international) text.remove_prefix(1);

    std::string number = "+";
    for (char character : text) {
        if (is_digit(character))
            number += character;
        else if (std::string_view(" -.()").find(character) == std::string_view::npos)
            return std::nullopt;
        if (number.size() > 1 + most_digits) return std::nullopt;
    }
    std::size_t digits = number.size() - 1;
    if (digits < fewest_digits || number[1] == '0') return std::nullopt;
    if (international && has_optional_zero(text)) return std::nullopt;
    if (!international && digits == fewest_digits) number.insert(1, default_country_code);
    return number;
}

} // namespace waybill::text
