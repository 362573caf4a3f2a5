#include "tests/support/service.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

// The numbers of tests/vectors and tests/cases, as cells of an uploaded list, reach the number that is
// meant or none.

using namespace waybill;
using test::CampaignUpload;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

std::map<std::string, std::vector<json::object>> cases_by_country()
{
    std::map<std::string, std::vector<json::object>> cases;
    for (const char* name : {"tests/vectors/phone-numbers.json", "tests/cases/phone-numbers.json"}) {
        std::ifstream file(test::source_path(name));
        BOOST_REQUIRE(file);
        const json::value all = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
        for (const json::value& each : all.as_array()) {
            const json::value* country = each.as_object().if_contains("defaultCountryCode");
            cases[country ? std::string(country->as_string()) : "1"].push_back(each.as_object());
        }
    }
    return cases;
}

std::string quoted(std::string_view text)
{
    std::string cell = "\"";
    for (const char character : text)
        cell.append(character == '"' ? 2 : 1, character);
    return cell + '"';
}

// What is expected of the rows of the list that is made of the cases.
struct Expected
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    std::set<std::string> numbers;
    std::set<std::int64_t> refused_rows;
};

Expected expected_of(const std::vector<json::object>& cases)
{
    Expected expected;
    std::int64_t row = 0;
    for (const json::object& each : cases) {
        ++row;
        expected.csv += "Ann," + quoted(each.at("input").as_string()) + ",2020-01-31\n";
        if (each.at("e164").is_null())
            expected.refused_rows.insert(row);
        else
            expected.numbers.emplace(each.at("e164").as_string());
    }
    return expected;
}

} // namespace

BOOST_AUTO_TEST_SUITE(phone_numbers)

BOOST_AUTO_TEST_CASE(only_the_intended_person_is_texted)
{
    for (const auto& [country, cases] : cases_by_country()) {
        TestDatabase database;
        test::ServiceOptions options;
        options.settings.default_country_code = country;
        Service service(database, options);
        const Expected expected = expected_of(cases);
        CampaignUpload upload;
        const json::object data = service.created(upload.file(expected.csv));
        std::set<std::string> numbers;
        for (const json::object& message : service.messages(std::string(data.at("campaignId").as_string())))
            numbers.emplace(message.at("to").as_string());
        BOOST_TEST(numbers == expected.numbers, boost::test_tools::per_element());
        std::set<std::int64_t> refused;
        for (const json::value& error : data.at("csvErrors").as_array()) {
            if (error.at("message").as_string().starts_with("Duplicate of row")) continue;
            BOOST_TEST(error.at("message").as_string() == "Invalid phone number format");
            BOOST_TEST(!error.at("hint").as_string().empty());
            refused.insert(error.at("row").as_int64());
        }
        BOOST_TEST(refused == expected.refused_rows, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
