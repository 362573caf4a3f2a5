#include "server/api/contract/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace waybill::api
{

namespace
{

// Up to and with the quote that ends the string which the text begins with.
std::size_t size_of_string(std::string_view text)
{
    std::size_t end = text.find('"', 1);
    if (text.substr(0, end).find('\\') == std::string_view::npos) return end + 1;
    for (end = 1; text[end] != '"';)
        end += text[end] == '\\' ? 2 : 1;
    return end + 1;
}

bool begins_number(char character)
{
    return character == '-' || (character >= '0' && character <= '9');
}

// Of a string, a number, or a single character of anything else.
std::size_t size_of_token(std::string_view text)
{
    if (text.front() == '"') return size_of_string(text);
    if (begins_number(text.front())) return std::min(text.find_first_not_of("+-.0123456789E"), text.size());
    return 1;
}

std::string plain(std::string_view number)
{
    double value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    std::array<char, 32> digits{};
    char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

std::string with_plain_numbers(std::string json)
{
    for (std::size_t at = 0; at < json.size();) {
        std::string_view token = std::string_view(json).substr(at);
        token = token.substr(0, size_of_token(token));
        if (begins_number(token.front()) && token.find('E') != std::string_view::npos) {
            const std::string shorter = plain(token);
            json.replace(at, token.size(), shorter);
            at += shorter.size();
        }
        else {
            at += token.size();
        }
    }
    return json;
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
