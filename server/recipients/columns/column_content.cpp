#include "server/recipients/columns/column_content.hpp"

#include "server/recipients/columns/consent.hpp"
#include "server/recipients/dates/written_date.hpp"

#include <algorithm>
#include <set>

namespace waybill::recipients
{

namespace
{

constexpr double least_share = 0.6;
constexpr std::size_t max_name_bytes = 80;

// 12.50 and 1,250; not 15.01.2024.
bool is_number(std::string_view cell)
{
    return cell.find_first_not_of("0123456789.,") == cell.npos &&
           std::ranges::count_if(cell, [](char character) { return character == '.' || character == ','; }) < 2;
}

// Bare numbers may be anything; a date by its content has more than digits.
bool may_be_date(std::string_view cell)
{
    return !is_number(cell) && read_date(cell, {}).kind != WrittenDate::Kind::none;
}

bool may_be_name(std::string_view cell)
{
    const bool has_sign = cell.find_first_of("0123456789@/_#$%&+=<>{}[]|\\:;!?*") != cell.npos;
    const bool has_letter = std::ranges::any_of(cell, [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    });
    return has_letter && !has_sign && cell.size() <= max_name_bytes && !says_no(cell) && !says_yes(cell);
}

bool fits(Content content, std::string_view cell, const IsPhoneNumber& is_phone_number)
{
    switch (content) {
    case Content::name:
        return may_be_name(cell) && !may_be_date(cell);
    case Content::phone:
        return !may_be_date(cell) && is_phone_number(cell);
    case Content::date:
        return may_be_date(cell);
    }
    return false;
}

} // namespace

double share_of(Content content, const SampleRows& rows, std::size_t column, const IsPhoneNumber& is_phone_number)
{
    std::size_t filled = 0, fitting = 0;
    std::set<std::string_view> different;
    for (const auto& row : rows) {
        if (column >= row.size() || row[column].empty()) continue;
        ++filled;
        fitting += fits(content, row[column], is_phone_number);
        different.insert(row[column]);
    }
    if (filled == 0) return 0;
    const double share = static_cast<double>(fitting) / static_cast<double>(filled);
    const bool repeats = content != Content::date && different.size() * 2 < filled; // a city, a waiter, a price
    return share < least_share || repeats ? 0 : share;
}

} // namespace waybill::recipients
