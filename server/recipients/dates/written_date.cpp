#include "server/recipients/dates/written_date.hpp"

#include "config/ascii.hpp"
#include "server/recipients/dates/calendar_date.hpp"
#include "server/recipients/dates/date_scanner.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <charconv>
#include <string>

namespace waybill::recipients
{

namespace
{

using namespace std::chrono;

constexpr double first_likely_serial = 20'000; // 1954
constexpr double last_likely_serial = 80'000;  // 2119

WrittenDate none(std::string_view hint)
{
    WrittenDate date;
    date.hint = hint;
    return date;
}

WrittenDate day(sys_days day)
{
    WrittenDate date;
    date.kind = WrittenDate::Kind::day;
    date.day = day;
    return date;
}

WrittenDate day_of(int written_year, int written_month, int written_day)
{
    if (written_month < 1 || written_month > 12) return none("there is no such month");
    const year_month_day date{year(written_year), month(written_month), std::chrono::day(written_day)};
    if (written_year < 1 || !date.ok()) return none("this day does not exist");
    return day(date);
}

int full_year(const ScannedNumber& number, const DateSystem& system)
{
    if (number.digits > 2) return number.value;
    const int current = static_cast<int>(year_month_day(system.today).year());
    const int guess = current - current % 100 + number.value;
    return guess > current + 1 ? guess - 100 : guess;
}

WrittenDate from_plain_number(std::string_view text, const DateSystem& system)
{
    const bool is_whole = text.find('.') == text.npos;
    if (is_whole && text.size() == 8) {
        const std::string iso =
            std::string(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-").append(text.substr(6));
        const auto date = parse_date(iso);
        return date ? day(*date) : none("not a date");
    }
    double serial = 0;
    std::from_chars(text.data(), text.data() + text.size(), serial);
    const double offset = system.begins_in_1904 ? 1462 : 0;
    if (serial + offset < first_likely_serial || serial + offset > last_likely_serial) return none("not a date");
    return day_of_serial(serial, system.begins_in_1904);
}

WrittenDate from_parts(const ScannedDate& parts, const DateSystem& system)
{
    if (parts.numbers.size() + (parts.month != 0) != 3) return none("day, month and year are not all there");
    const auto& numbers = parts.numbers;
    if (parts.month != 0) {
        const bool year_first = numbers[0].digits == 4;
        const ScannedNumber& written_year = numbers[year_first ? 0 : 1];
        return day_of(full_year(written_year, system), parts.month, numbers[year_first ? 1 : 0].value);
    }
    if (numbers[0].digits == 4) return day_of(numbers[0].value, numbers[1].value, numbers[2].value);
    if (numbers[0].digits > 2 || numbers[1].digits > 2 || (numbers[2].digits != 2 && numbers[2].digits != 4))
        return none("not a date");
    WrittenDate date;
    date.kind = WrittenDate::Kind::numbers;
    date.first = numbers[0].value;
    date.second = numbers[1].value;
    date.third = numbers[2].value;
    date.has_full_year = numbers[2].digits == 4;
    return date;
}

} // namespace

std::string_view name_of(DateOrder order)
{
    return order == DateOrder::mdy ? "mdy" : order == DateOrder::dmy ? "dmy" : "ymd";
}

WrittenDate read_date(std::string_view cell, const DateSystem& system)
{
    if (const auto date = parse_date(cell)) return day(*date);
    if (cell.size() > 200) return none("not a date");
    std::string text = config::lower_case(plain_cell(cell));
    if (text.starts_with('\'')) text.erase(0, 1);
    if (text.empty()) return none("not a date");
    const bool is_number = text.find_first_not_of("0123456789.") == text.npos && text.find('.') == text.rfind('.');
    if (is_number) return from_plain_number(text, system);
    const auto parts = scan_date(text);
    return parts ? from_parts(*parts, system) : none("not a date");
}

WrittenDate in_order(const WrittenDate& numbers, DateOrder order, const DateSystem& system)
{
    const int last = numbers.has_full_year ? numbers.third : full_year({numbers.third, 2}, system);
    if (order == DateOrder::mdy) return day_of(last, numbers.first, numbers.second);
    if (order == DateOrder::dmy) return day_of(last, numbers.second, numbers.first);
    if (numbers.has_full_year) return none("the year stands last");
    return day_of(full_year({numbers.first, 2}, system), numbers.second, numbers.third);
}

WrittenDate day_of_serial(double serial, bool begins_in_1904)
{
    if (!(serial >= 1) || serial > 2'958'465) return none("not a date");
    const auto count = static_cast<int>(serial);
    if (begins_in_1904) return day(sys_days(1904y / January / 1) + days(count));
    // A spreadsheet believes that 1900 had a 29 February: number 60.
    return day(sys_days(1899y / December / 30) + days(count < 60 ? count + 1 : count));
}

} // namespace waybill::recipients
