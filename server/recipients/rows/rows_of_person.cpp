#include "server/recipients/rows/rows_of_person.hpp"

#include "server/text/phone_number.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace waybill::recipients
{

namespace json = boost::json;

namespace
{

// What may stand between two numbers in one cell, or before and behind one; nothing of it stands in a number. Longer
// parts are tried first, as a slash may also stand within a number.
constexpr std::string_view rough_ends = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,;|:#\"'\t\r\n";
constexpr std::string_view fine_ends = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,;|:#\"'\t\r\n/";

bool is_number(std::string_view text, std::string_view number, std::string_view country)
{
    const text::PhoneNumber parsed = text::parse_phone_number(text, country);
    return parsed && *parsed == number;
}

bool has_part(std::string_view cell, std::string_view ends, std::string_view number, std::string_view country)
{
    while (!cell.empty()) {
        const std::size_t end = std::min(cell.find_first_of(ends), cell.size());
        if (is_number(cell.substr(0, end), number, country)) return true;
        cell.remove_prefix(std::min(end + 1, cell.size()));
    }
    return false;
}

} // namespace

bool is_row_of(std::string_view data_json, std::string_view number, std::string_view default_country_code)
{
    boost::system::error_code error;
    const json::value row = json::parse(data_json, error);
    if (error || !row.is_object()) return false;
    return std::ranges::any_of(row.get_object(), [&](const json::key_value_pair& field) {
        if (!field.value().is_string()) return false;
        const std::string_view cell = field.value().get_string();
        return is_number(cell, number, default_country_code) ||
               has_part(cell, rough_ends, number, default_country_code) ||
               has_part(cell, fine_ends, number, default_country_code);
    });
}

std::vector<db::KeptRow> rows_of_person(std::vector<db::KeptRow> rows, const std::string& number,
                                        const std::string& default_country_code)
{
    std::erase_if(rows,
                  [&](const db::KeptRow& row) { return !is_row_of(row.data_json, number, default_country_code); });
    return rows;
}

} // namespace waybill::recipients
