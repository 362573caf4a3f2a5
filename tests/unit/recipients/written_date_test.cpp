#include "server/recipients/dates/written_date.hpp"

#include "server/recipients/dates/date_tally.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill::recipients;

namespace
{

using namespace std::chrono;

const DateSystem usual{sys_days(2026y / March / 31), false};

// YYYY-MM-DD, the numbers whose order is open, or nothing.
std::string shown(std::string_view cell)
{
    const WrittenDate date = read_date(cell, usual);
    if (date.kind == WrittenDate::Kind::none) return "";
    if (date.kind == WrittenDate::Kind::numbers)
        return std::to_string(date.first) + "?" + std::to_string(date.second) + "?" + std::to_string(date.third);
    const year_month_day day(date.day);
    return std::to_string(int(day.year())) + "-" + std::to_string(unsigned(day.month())) + "-" +
           std::to_string(unsigned(day.day()));
}

DateTally tally_of(std::initializer_list<std::pair<const char*, int>> cells)
{
    DateTally tally(usual);
    for (const auto& [cell, times] : cells)
        for (int i = 0; i < times; ++i)
            tally.count(cell);
    return tally;
}

} // namespace

BOOST_AUTO_TEST_SUITE(written_date)

BOOST_AUTO_TEST_CASE(a_day_is_read_in_every_usual_form)
{
    for (const char* cell : {"2024-01-15",
                             "2024-01-15 00:00:00",
                             "2024-01-15T13:45:00Z",
                             "2024-01-15T13:45:00.123+02:00",
                             "2024-01-15 1:45 PM",
                             "2024/01/15",
                             "2024.1.15",
                             "2024-1-15",
                             "20240115",
                             "45306",
                             "45306.5",
                             "Jan 15, 2024",
                             "January 15 2024",
                             "15 Jan 2024",
                             "15-Jan-24",
                             "15-Jan-2024",
                             "Mon, 15 Jan 2024",
                             "Monday, January 15, 2024",
                             "15. January 2024",
                             "January 15th, 2024",
                             "15th of January 2024",
                             "Jan. 15, 2024",
                             "JAN 15 2024 13:45",
                             "2024-Jan-15",
                             " 2024-01-15 ",
                             "2024\u201101\u201115",
                             "\u200E2024-01-15",
                             "Mon, 15 Jan 2024 13:45:00 GMT",
                             "Jan 15, 2024, 1:45 PM",
                             "15/Jan/2024"})
        BOOST_TEST(shown(cell) == "2024-1-15", cell);
}

BOOST_AUTO_TEST_CASE(three_numbers_leave_their_order_open)
{
    for (const char* cell :
         {"1/15/2024", "01/15/2024", "1-15-2024", "1.15.2024", "1/15/2024 13:45", "1/15/2024, 1:45 PM", "1. 15. 2024"})
        BOOST_TEST(shown(cell) == "1?15?2024", cell);
    BOOST_TEST(shown("1/15/24") == "1?15?24");
}

BOOST_AUTO_TEST_CASE(everything_else_is_no_day)
{
    for (const char* cell : {"", "yesterday", "2024-02-30", "2024-13-01", "1", "2024", "Jan 2024", "5552345678", "1/15",
                             "1/15/2024 - 2/1/2024", "2024-01-15 2024-01-16", "1/2/3/4", "32 Jan 2024", "12.50",
                             "1-2.2024", "15/15/15/15", "Foo 15 2024", "99999"})
        BOOST_TEST(shown(cell) == "", cell);
}

BOOST_AUTO_TEST_CASE(two_digits_of_a_year_mean_the_latest_that_is_not_in_the_future)
{
    const auto year_of = [](std::string_view cell) {
        return int(year_month_day(in_order(read_date(cell, usual), DateOrder::mdy, usual).day).year());
    };
    BOOST_TEST(year_of("1/15/24") == 2024);
    BOOST_TEST(year_of("1/15/26") == 2026);
    BOOST_TEST(year_of("1/15/99") == 1999);
    BOOST_TEST(shown("15 Jan 24") == "2024-1-15");
}

BOOST_AUTO_TEST_CASE(one_row_proves_the_order_of_all)
{
    BOOST_TEST((tally_of({{"3/4/2024", 9}, {"1/15/2024", 1}}).order() == DateOrder::mdy));
    BOOST_TEST((tally_of({{"03.04.2024", 9}, {"15.01.2024", 1}}).order() == DateOrder::dmy));
    BOOST_TEST(!tally_of({{"3/4/2024", 9}, {"1/15/2024", 1}}).needs_an_answer());
    BOOST_TEST(!tally_of({{"2024-01-15", 9}, {"5/5/2024", 9}, {"31/31/2024", 9}, {"31/2/2024", 1}}).needs_an_answer());
}

BOOST_AUTO_TEST_CASE(waybill_asks_when_no_row_proves_an_order_or_too_many_prove_the_other)
{
    const DateTally open = tally_of({{"2024-01-15", 99}, {"3/4/2024", 1}});
    BOOST_TEST(open.needs_an_answer());
    BOOST_TEST(!open.order().has_value());
    BOOST_TEST(open.examples().at(0) == "3/4/2024");
    BOOST_TEST(!tally_of({{"1/15/2024", 20}, {"15/1/2024", 1}}).needs_an_answer());
    BOOST_TEST(tally_of({{"1/15/2024", 19}, {"15/1/2024", 1}}).needs_an_answer());
    BOOST_TEST((tally_of({{"1/15/2024", 1}, {"15/1/2024", 19}}).order() == DateOrder::dmy));
}

BOOST_AUTO_TEST_SUITE_END()
