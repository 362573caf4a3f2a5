#include "tests/support/tested_build.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

// The files of tests/data/lists, as people export them, are read as tests/data/lists.json says.

using namespace waybill::recipients;
using namespace waybill;
namespace json = boost::json;

namespace
{

std::string read_file(const std::string& name)
{
    std::ifstream file(test::source_path("tests/data/" + name), std::ios::binary);
    BOOST_REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string iso(std::chrono::sys_days day)
{
    const std::chrono::year_month_day date(day);
    return std::to_string(int(date.year())) + "-" + std::to_string(unsigned(date.month()) + 100).substr(1) + "-" +
           std::to_string(unsigned(date.day()) + 100).substr(1);
}

void check_list(const std::string& file, const json::object& expected)
{
    const auto batch = take_in(read_text(read_file("lists/" + file)), rules_for("Hi {customer_name}"));
    BOOST_TEST(batch.rejected.empty() == (expected.at("valid").as_int64() > 0), file);
    BOOST_REQUIRE_EQUAL(static_cast<std::int64_t>(batch.recipients.size()), expected.at("valid").as_int64());
    for (std::size_t i = 0; i < batch.recipients.size(); ++i) {
        BOOST_TEST(batch.recipients[i].phone_number == expected.at("numbers").at(i).as_string(), file);
        if (expected.contains("names"))
            BOOST_TEST(batch.recipients[i].customer_name == expected.at("names").at(i).as_string(), file);
    }
}

// A list is lapsed exactly from the day on that follows its date.
void check_date(const std::string& file, std::size_t row, const std::string& date)
{
    for (const int days : {0, 1}) {
        IntakeRules rules = rules_for("Hi");
        rules.lapsed_after_days = 1;
        std::chrono::sys_days day = std::chrono::sys_days(std::chrono::year(2023) / 1 / 1);
        while (iso(day) != date)
            day += std::chrono::days(1);
        rules.today = day + std::chrono::days(days);
        const auto batch = take_in(read_text(read_file("lists/" + file)), std::move(rules));
        BOOST_TEST(batch.recipients.at(row).lapsed == (days == 1), file << " " << date);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(list_cases)

BOOST_AUTO_TEST_CASE(lists_are_read_as_people_export_them)
{
    const json::value cases = json::parse(read_file("lists.json"));
    for (const json::value& value : cases.as_array()) {
        const json::object& expected = value.as_object();
        const std::string file(expected.at("file").as_string());
        if (expected.contains("asks") || (expected.contains("error") && !expected.contains("reasons"))) continue;
        check_list(file, expected);
        if (!expected.contains("dates")) continue;
        for (std::size_t i = 0; i < expected.at("dates").as_array().size(); ++i)
            check_date(file, i, std::string(expected.at("dates").at(i).as_string()));
    }
}

BOOST_AUTO_TEST_CASE(what_is_open_is_asked)
{
    for (const auto& [file, about, count] :
         {std::tuple("ambiguous-dates.csv", "dateOrder", 1U), std::tuple("own-headers.csv", "columns", 3U)}) {
        try {
            take_in(read_text(read_file(std::string("lists/") + file)), rules_for("Hi"));
            BOOST_ERROR(std::string(file) + " was accepted");
        }
        catch (const OpenQuestions& open) {
            BOOST_TEST(open.list().questions.size() == count);
            BOOST_TEST(open.list().questions[0].about == about);
            BOOST_TEST(!open.list().questions[0].choices.empty());
            BOOST_TEST(!open.list().questions[0].examples.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_settles_what_was_asked)
{
    IntakeRules rules = rules_for("Hi");
    rules.choices.date_order = DateOrder::dmy;
    BOOST_TEST(take_in(read_text(read_file("lists/ambiguous-dates.csv")), rules).recipients.size() == 4U);
    rules = rules_for("Hi");
    rules.choices.columns = {{"Kunde"}, "handy", "Letzter Besuch", "", false};
    BOOST_TEST(take_in(read_text(read_file("lists/own-headers.csv")), rules).recipients.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_picture_is_refused_by_what_it_is)
{
    BOOST_TEST(
        refusal(read_file("lists/not-a-list.csv")) ==
        "This file is not a list: it is a picture (PNG). Upload the list as a CSV file or an Excel workbook (.xlsx)");
}

BOOST_AUTO_TEST_SUITE_END()
