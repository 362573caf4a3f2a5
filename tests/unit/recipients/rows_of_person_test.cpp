#include "server/recipients/rows/rows_of_person.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace waybill;

BOOST_AUTO_TEST_SUITE(rows_of_a_person)

BOOST_AUTO_TEST_CASE(a_row_is_a_persons_only_if_a_cell_is_their_whole_number)
{
    const std::vector<std::pair<std::string, bool>> cells = {
        {"+12125550173", true},
        {"+1 (212) 555-0173", true},
        {"212-555-0173", true},
        {"1 212 555 0173", true},
        {"011 1 212 555 0173", true},
        {"2125550173.0", true},
        {"212 555 0173 ext 5", true},
        {"home: 212-555-0173", true},
        {"212-555-0174 / 212-555-0173", true},
        {"212-555-0174, 212-555-0173", true},
        {"212-555-0174", false},
        {"313-555-0173", false},
        {"+44 7911 550173", false},
        {"+49 12125 550173", false},
        {"992125550173", false},
        {"2125550173 9", false},
        {"555-0173", false},
    };
    for (const auto& [cell, expected] : cells)
        BOOST_TEST(recipients::is_row_of(R"({"name":"Zeb","phone":")" + cell + "\"}", "+12125550173", "1") == expected,
                   cell);
}

BOOST_AUTO_TEST_CASE(any_column_counts_and_digits_of_two_columns_are_no_number)
{
    const auto is_theirs = [](const char* row) { return recipients::is_row_of(row, "+12125550173", "1"); };
    BOOST_TEST(is_theirs(R"({"phone":"","second phone":"212 555 0173"})"));
    BOOST_TEST(!is_theirs(R"({"area":"212","date":"2024-01-31","rest":"5550173"})"));
    BOOST_TEST(!is_theirs(R"({"212-555-0173":"a column's name"})"));
    BOOST_TEST(!is_theirs("{}"));
    BOOST_TEST(!is_theirs("no JSON"));
}

BOOST_AUTO_TEST_CASE(a_number_without_its_country_belongs_to_the_default_country)
{
    BOOST_TEST(recipients::is_row_of(R"({"phone":"07911 123456"})", "+447911123456", "44"));
    BOOST_TEST(!recipients::is_row_of(R"({"phone":"07911 123456"})", "+447911123456", "1"));
    BOOST_TEST(!recipients::is_row_of(R"({"phone":"212 555 0173"})", "+12125550173", "44"));
}

BOOST_AUTO_TEST_SUITE_END()
