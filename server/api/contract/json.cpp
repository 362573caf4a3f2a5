#include "server/api/contract/json.hpp"

#include "server/api/contract/timestamps.hpp"
#include "server/text/money.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace waybill::api
{

namespace
{

template <class Number>
void append_number(std::string& json, Number number)
{
    char digits[32];
    json.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

bool is_plain(char character)
{
    return static_cast<unsigned char>(character) >= 0x20 && character != '"' && character != '\\';
}

void append_escaped(std::string& json, char character)
{
    constexpr std::string_view special = "\"\\\b\t\n\f\r", letters = "\"\\btnfr", hex = "0123456789abcdef";
    const auto found = special.find(character);
    json += '\\';
    if (found != special.npos) {
        json += letters[found];
        return;
    }
    json += "u00";
    json += hex[static_cast<unsigned char>(character) / 16];
    json += hex[static_cast<unsigned char>(character) % 16];
}

} // namespace

void append_json(std::string& json, bool value)
{
    json += value ? "true" : "false";
}

void append_json(std::string& json, std::int64_t value)
{
    append_number(json, value);
}

void append_json(std::string& json, std::uint64_t value)
{
    append_number(json, value);
}

void append_json(std::string& json, double value)
{
    append_number(json, value);
}

void append_json(std::string& json, std::string_view value)
{
    json += '"';
    for (std::size_t begin = 0; begin < value.size();) {
        std::size_t end = begin;
        while (end < value.size() && is_plain(value[end]))
            ++end;
        json.append(value, begin, end - begin);
        if (end < value.size()) append_escaped(json, value[end]);
        begin = end + 1;
    }
    json += '"';
}

void append_json(std::string& json, db::Time value)
{
    json += '"';
    append_iso8601(json, value);
    json += '"';
}

void append_json(std::string& json, Decimal value)
{
    json += '"';
    append_number(json, value.number);
    json += '"';
}

void append_json(std::string& json, Dollars value)
{
    json += '"';
    json += text::dollars(value.amount);
    json += '"';
}

void append_json(std::string& json, RawJson value)
{
    json += boost::json::serialize(boost::json::parse({value.text.data(), value.text.size()}));
}

} // namespace waybill::api
