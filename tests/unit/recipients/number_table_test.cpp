#include "server/recipients/rows/number_table.hpp"

#include <boost/test/unit_test.hpp>

using waybill::recipients::NumberTable;

BOOST_AUTO_TEST_SUITE(number_table)

BOOST_AUTO_TEST_CASE(each_of_many_numbers_is_found_with_the_row_that_had_it_first)
{
    constexpr std::uint32_t rows = 100'000;
    constexpr std::uint64_t first = 999'999'999'900'000; // the longest numbers have 15 digits
    NumberTable numbers;
    std::uint32_t added = 0, found = 0;
    for (std::uint32_t row = 1; row <= rows; ++row)
        added += !numbers.add(first + row, row).has_value();
    for (std::uint32_t row = 1; row <= rows; ++row)
        found += numbers.add(first + row, rows + row) == row;
    BOOST_TEST(added == rows);
    BOOST_TEST(found == rows);
}

BOOST_AUTO_TEST_CASE(numbers_that_differ_in_one_half_are_different)
{
    NumberTable numbers;
    const std::uint64_t number = 15'551'230'001;
    BOOST_TEST(!numbers.add(number, 1));
    BOOST_TEST(!numbers.add(number + (std::uint64_t{1} << 32), 2));
    BOOST_TEST(!numbers.add(number + 1, 3));
    BOOST_TEST(numbers.add(number, 4).value_or(0) == 1u);
}

BOOST_AUTO_TEST_CASE(a_removed_number_may_be_added_by_a_later_row)
{
    NumberTable numbers;
    numbers.add(15'551'230'001, 1);
    numbers.remove(15'551'230'001);
    BOOST_TEST(!numbers.add(15'551'230'001, 7));
    BOOST_TEST(numbers.add(15'551'230'001, 8).value_or(0) == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
