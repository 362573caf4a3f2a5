#include "server/recipients/dates/calendar_date.hpp"

namespace waybill::recipients
{

namespace
{

// -1 unless all are digits.
int parse_digits(std::string_view text)
{
    int number = 0;
    for (char character : text) {
        if (character < '0' || character > '9') return -1;
        number = number * 10 + (character - '0');
    }
    return number;
}

} // namespace

std::optional<std::chrono::sys_days> parse_date(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int year = parse_digits(text.substr(0, 4));
    int month = parse_digits(text.substr(5, 2));
    int day = parse_digits(text.substr(8, 2));
    if (year < 1 || month < 1 || day < 1) return std::nullopt;
    std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    return date;
}

} // namespace waybill::recipients
