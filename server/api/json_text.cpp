#include "server/api/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace waybill::api
{

namespace
{

constexpr std::string_view number_begins = "-0123456789";
constexpr std::string_view number_goes_on = "+-.0123456789E";

// Up to and with the quote that ends the string which the text begins with.
std::size_t size_of_string(std::string_view text)
{
    std::size_t end = 1;
    while (text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    return end + 1;
}

std::size_t size_of_number(std::string_view text)
{
    return std::min(text.find_first_not_of(number_goes_on), text.size());
}

void append_number(std::string_view number, std::string& to)
{
    if (number.find('E') == std::string_view::npos) {
        to += number;
        return;
    }
    double value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    std::array<char, 32> digits{};
    char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    to.append(digits.data(), end);
}

std::string with_plain_numbers(std::string_view rest)
{
    std::string text;
    text.reserve(rest.size());
    while (!rest.empty()) {
        const bool is_number = number_begins.find(rest.front()) != std::string_view::npos;
        const std::size_t size = rest.front() == '"' ? size_of_string(rest) : is_number ? size_of_number(rest) : 1;
        const std::string_view token = rest.substr(0, size);
        if (is_number)
            append_number(token, text);
        else
            text += token;
        rest.remove_prefix(size);
    }
    return text;
}

} // namespace

std::string json_text(const boost::json::value& value)
{
    return with_plain_numbers(boost::json::serialize(value));
}

std::string json_text(const boost::json::object& object)
{
    return with_plain_numbers(boost::json::serialize(object));
}

} // namespace waybill::api
