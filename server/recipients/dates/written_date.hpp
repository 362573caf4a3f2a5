#pragma once

#include <chrono>
#include <string_view>

namespace waybill::recipients
{

enum class DateOrder
{
    mdy,
    dmy,
    ymd
};

std::string_view name_of(DateOrder order);

// What a cell says about a day. Three numbers leave open which of them is the month; everything else is a day or not.
struct WrittenDate
{
    enum class Kind
    {
        none,
        day,
        numbers
    };

    Kind kind = Kind::none;
    std::chrono::sys_days day{};
    int first = 0, second = 0, third = 0;
    bool has_full_year = false;           // the third number has four digits
    std::string_view hint = "not a date"; // for people, when it is none
};

struct DateSystem
{
    std::chrono::sys_days today; // two digits of a year mean the latest year that is not in the future
    bool begins_in_1904 = false; // of a workbook's serial numbers
};

// ISO 8601 or day, month and year in any usual form, with or without a time; 45306 as a spreadsheet counts days.
WrittenDate read_date(std::string_view cell, const DateSystem& system);

// The day that the numbers mean in this order; kind `none` with a hint when there is no such day.
WrittenDate in_order(const WrittenDate& numbers, DateOrder order, const DateSystem& system);

// The day of a spreadsheet's serial number; none of the kinds of day below 1 or beyond the year 9999.
WrittenDate day_of_serial(double serial, bool begins_in_1904);

} // namespace waybill::recipients
