#include "server/recipients/csv/sample_csv.hpp"
#include "server/text/segments.hpp"
#include "tests/support/tested_build.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

using namespace waybill::recipients;
using namespace waybill;
using db::RejectReason;
namespace json = boost::json;

namespace
{

// `row: message`, one after the other.
std::string rejections(const db::RecipientBatch& batch)
{
    std::string text;
    for (const db::RejectedRow& row : batch.rejected)
        text += (text.empty() ? "" : "\n") + std::to_string(row.row) + ": " + row.message;
    return text;
}

std::string rejections(std::string_view rows)
{
    return rejections(take_in_rows(rows));
}

std::string bodies(std::string_view rows, std::string_view message)
{
    std::string text;
    for (const db::Recipient& recipient : take_in_rows(rows, message).recipients)
        text += (text.empty() ? "" : "|") + recipient.body;
    return text;
}

std::string read_file(const std::string& path)
{
    std::ifstream file(path);
    BOOST_REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(recipients)

BOOST_AUTO_TEST_CASE(a_lapsed_customer_becomes_a_message)
{
    const db::RecipientBatch batch = take_in_rows("John,(555) 234-5678,2026-01-01\n", text::default_template);
    BOOST_REQUIRE(batch.recipients.size() == 1U);
    const db::Recipient& john = batch.recipients[0];
    BOOST_TEST(john.row == 1);
    BOOST_TEST(john.phone_number == "+15552345678");
    BOOST_TEST(john.customer_name == "John");
    BOOST_TEST(john.lapsed);
    BOOST_TEST(john.body == "Hi John! We miss you at Luigi's! 20% off Use code SAVE20");
    BOOST_TEST(john.segments == 1);
    BOOST_TEST(john.data_json ==
               R"({"customer_name":"John","phone_number":"(555) 234-5678","last_order_date":"2026-01-01"})");
}

BOOST_AUTO_TEST_CASE(a_recent_customer_is_valid_and_gets_no_message)
{
    const db::RecipientBatch batch = take_in_rows("Ann,5552345678,2026-03-30\n");
    BOOST_REQUIRE(batch.recipients.size() == 1U);
    BOOST_TEST(!batch.recipients[0].lapsed);
    BOOST_TEST(batch.recipients[0].body == "");
    BOOST_TEST(batch.recipients[0].segments == 0);
}

BOOST_AUTO_TEST_CASE(lapsed_begins_on_the_day_itself_and_zero_days_take_everyone)
{
    const std::string rows =
        std::string(header) + "A,5552345671,2026-03-01\nB,5552345672,2026-03-02\nC,5552345673,2099-01-01\n";
    const auto lapsed = [&](int days) {
        IntakeRules rules = rules_for("Hi");
        rules.lapsed_after_days = days;
        std::string names;
        for (const db::Recipient& recipient : take_in(read_text(rows), std::move(rules)).recipients)
            if (recipient.lapsed) names += recipient.customer_name;
        return names;
    };
    BOOST_TEST(lapsed(30) == "A");
    BOOST_TEST(lapsed(29) == "AB");
    BOOST_TEST(lapsed(31) == "");
    BOOST_TEST(lapsed(0) == "ABC");
}

BOOST_AUTO_TEST_CASE(the_first_failure_of_a_row_wins)
{
    BOOST_TEST(rejections("a,b,c,d\n"
                          "John,,\n"
                          "John\n"
                          ",12,2026-13-01\n"
                          "John,12,2026-13-01\n"
                          "John,5552345678,2026-13-01\n") ==
               "1: Invalid phone number format\n"
               "2: Missing required fields: phone_number, last_order_date\n"
               "3: Missing required fields: phone_number, last_order_date\n"
               "4: Missing required fields: customer_name\n"
               "5: Invalid phone number format\n"
               "6: Invalid date format (expected YYYY-MM-DD)");
}

BOOST_AUTO_TEST_CASE(reasons_are_told_apart)
{
    const db::RecipientBatch batch = take_in_rows("John,,\nJohn,12,2026-01-01\nJohn,5552345678,x\n"
                                                  "John,5552345678,2026-01-01\nJohn,5552345678,2026-01-01\n" +
                                                      std::string(1700, 'x') + ",5552345679,2026-01-01\n",
                                                  "{customer_name}");
    const RejectReason expected[] = {RejectReason::missing_fields, RejectReason::phone_number, RejectReason::date,
                                     RejectReason::duplicate, RejectReason::too_long};
    BOOST_REQUIRE(batch.rejected.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i)
        BOOST_TEST((batch.rejected[i].reason == expected[i]), batch.rejected[i].message);
}

BOOST_AUTO_TEST_CASE(only_days_that_exist_are_dates)
{
    for (std::string_view date : {"2024-02-29", "0001-01-01", "9999-12-31", "2025-12-31", "\" 2026-01-01 \""})
        BOOST_TEST(rejections("J,5552345678," + std::string(date) + "\n") == "", date);
    for (std::string_view date : {"2023-02-29", "2025-00-10", "2025-01-00", "2025-04-31", "2025-13-01", "0000-01-01",
                                  "-025-01-01", "2025-+1-01", "today", "1", "12345678"})
        BOOST_TEST(rejections("J,5552345678," + std::string(date) + "\n") ==
                       "1: Invalid date format (expected YYYY-MM-DD)",
                   date);
}

BOOST_AUTO_TEST_CASE(a_duplicate_names_the_first_valid_row_with_its_number)
{
    BOOST_TEST(rejections("A,5552345678,never\n"          // not valid: does not count
                          "B,5552345678,2099-01-01\n"     // valid, though not lapsed
                          "C,(555) 234-5678,2026-01-01\n" // the same number in other clothes
                          "D,+15552345678,2026-01-01\n") == "1: Invalid date format (expected YYYY-MM-DD)\n"
                                                            "3: Duplicate of row 2\n"
                                                            "4: Duplicate of row 2");
}

BOOST_AUTO_TEST_CASE(a_message_over_1600_units_is_rejected_with_its_length)
{
    const auto judged = [](std::string name, std::string_view date) {
        return rejections(take_in_rows(name + ",5552345678," + std::string(date) + "\n", "{customer_name}"));
    };
    BOOST_TEST(judged(std::string(1600, 'x'), "2026-01-01") == "");
    BOOST_TEST(judged(std::string(1700, 'x'), "2026-01-01") == "1: Message too long: 1700 characters (limit 1600)");
    BOOST_TEST(judged(std::string(1700, 'x'), "2099-01-01") == "");
    std::string emoji;
    for (int i = 0; i < 801; ++i)
        emoji += "😀";
    BOOST_TEST(judged(emoji, "2026-01-01") == "1: Message too long: 1602 characters (limit 1600)");
}

BOOST_AUTO_TEST_CASE(a_row_that_is_too_long_makes_no_duplicates)
{
    const db::RecipientBatch batch = take_in_rows(
        std::string(1700, 'x') + ",5552345678,2026-01-01\nAnn,5552345678,2026-01-01\nBob,5552345678,2026-01-01\n");
    BOOST_TEST(rejections(batch) == "1: Message too long: 1703 characters (limit 1600)\n3: Duplicate of row 2");
}

BOOST_AUTO_TEST_CASE(a_column_that_the_message_uses_must_hold_something)
{
    const db::RecipientBatch batch =
        take_in(read_text("customer_name,phone_number,last_order_date,Notes\nAnn,5552345678,2026-01-01,\n"
                          "Bob,5552345678,2026-01-01,x\nCid,12,2026-01-01\n"),
                rules_for(" {notes} "));
    BOOST_TEST(rejections(batch) == "1: Empty value for Notes\n3: Invalid phone number format");
}

BOOST_AUTO_TEST_CASE(a_message_that_comes_out_empty_is_rejected)
{
    IntakeRules rules = rules_for(" {offer} ");
    rules.values["offer"] = " ";
    BOOST_TEST(rejections(take_in(read_text(std::string(header) + "Ann,5552345678,2026-01-01\n"), rules)) ==
               "1: Message is empty");
}

BOOST_AUTO_TEST_CASE(a_huge_message_is_measured_without_being_built)
{
    std::string message;
    for (int i = 0; i < 20'000; ++i)
        message += "{customer_name}";
    const db::RecipientBatch batch = take_in_rows(std::string(60'000, 'x') + ",5552345678,2026-01-01\n", message);
    BOOST_TEST(rejections(batch) == "1: Message too long: 1200000000 characters (limit 1600)");
}

BOOST_AUTO_TEST_CASE(other_columns_are_placeholders)
{
    BOOST_TEST(take_in("Customer_Name,Points,phone_number,last_order_date,Favourite Dish\n"
                       "Ann,12,5552345678,2026-01-01,Pizza\n",
                       "{customer_name}: {points} {favourite_dish}. {phone_number} {last_order_date}")
                   .recipients[0]
                   .body == "Ann: 12 Pizza. 5552345678 2026-01-01");
}

BOOST_AUTO_TEST_CASE(the_campaigns_values_win_over_columns_but_not_over_the_name)
{
    IntakeRules rules = rules_for("{customer_name} {offer} {OFFER_CODE}");
    rules.values["customer_name"] = "nobody";
    const db::RecipientBatch batch =
        take_in(read_text("offer,customer_name,phone_number,last_order_date\nfree,Ann,5552345678,2026-01-01\n"),
                std::move(rules));
    BOOST_TEST(batch.recipients[0].body == "Ann 20% off SAVE20");
}

BOOST_AUTO_TEST_CASE(a_value_is_not_expanded_again)
{
    BOOST_TEST(bodies("{offer},5552345678,2026-01-01\n", "Hi {customer_name}") == "Hi {offer}");
}

BOOST_AUTO_TEST_CASE(an_unknown_placeholder_is_named)
{
    const auto names_it = [](const UnknownPlaceholder& error) {
        return std::string(error.what()).find("{last visit}") != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(take_in_rows("", "Hi {Last Visit}"), UnknownPlaceholder, names_it);
}

BOOST_AUTO_TEST_CASE(a_row_is_kept_as_json_in_column_order_under_its_headers)
{
    const db::RecipientBatch batch = take_in(" Phone_Number ,\"Say \"\"hi\"\"\",CUSTOMER_NAME,last_order_date,,notes\n"
                                             "123,\"a\\b\",\"Zoë \"\"Z\"\"\n\t!\",\n"
                                             "1,2,3,4,5,6,7,8\n");
    BOOST_REQUIRE(batch.rejected.size() == 2U);
    BOOST_TEST(batch.rejected[0].data_json ==
               R"({"Phone_Number":"123","Say \"hi\"":"a\\b","CUSTOMER_NAME":"Zoë \"Z\"\u000a\u0009!",)"
               R"("last_order_date":"","notes":""})");
    BOOST_TEST(json::parse(batch.rejected[0].data_json).at("CUSTOMER_NAME").as_string() == "Zoë \"Z\"\n\t!");
    BOOST_TEST(json::parse(batch.rejected[1].data_json).at("notes").as_string() == "6,7,8");
}

BOOST_AUTO_TEST_CASE(segments_are_those_of_the_body)
{
    const db::RecipientBatch batch =
        take_in_rows(std::string(161, 'x') + ",5552345678,2026-01-01\n", "{customer_name}");
    BOOST_TEST(batch.recipients[0].segments == 2);
}

BOOST_AUTO_TEST_CASE(batches_hold_5000_rows_and_the_end_is_an_empty_one)
{
    std::string text(header);
    for (int i = 0; i < 12'000; ++i)
        text += i % 3 == 0 ? "x,y,z\n" : "A,55500" + std::to_string(10'000 + i) + ",2026-01-01\n";
    RecipientReader reader(read_text(text), rules_for("Hi"));
    db::RecipientBatch batch;
    std::int64_t row = 0;
    for (std::size_t expected : {5'000U, 5'000U, 2'000U}) {
        BOOST_TEST(reader.next(batch));
        BOOST_TEST(batch.recipients.size() + batch.rejected.size() == expected);
        row += static_cast<std::int64_t>(expected);
        BOOST_TEST(std::max(batch.recipients.back().row, batch.rejected.back().row) == row);
    }
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(!reader.next(batch));
        BOOST_TEST(batch.recipients.empty());
        BOOST_TEST(batch.rejected.empty());
    }
}

BOOST_AUTO_TEST_CASE(long_rows_make_shorter_batches)
{
    std::string text = "customer_name,phone_number,last_order_date,notes\n";
    for (int i = 0; i < 3'000; ++i)
        text += "A,55500" + std::to_string(10'000 + i) + ",2026-01-01," + std::string(3'000, 'n') + "\n";
    RecipientReader reader(read_text(text), rules_for("Hi"));
    db::RecipientBatch batch;
    std::size_t rows = 0;
    while (reader.next(batch)) {
        BOOST_TEST(batch.recipients.size() <= RecipientReader::batch_bytes / 3'000 + 1);
        rows += batch.recipients.size();
    }
    BOOST_TEST(rows == 3'000U);
}

BOOST_AUTO_TEST_CASE(the_sample_list_fed_back_is_all_lapsed_and_has_no_errors)
{
    const IntakeRules rules = rules_for(text::default_template);
    const db::RecipientBatch batch = take_in(read_text(sample_csv(rules.today)), rules);
    BOOST_TEST(batch.recipients.size() == 5U);
    BOOST_TEST(std::ranges::all_of(batch.recipients, &db::Recipient::lapsed));
    BOOST_TEST(batch.rejected.empty());
}

BOOST_AUTO_TEST_CASE(the_demo_list_shows_every_kind_of_customer)
{
    const db::RecipientBatch batch =
        take_in(read_file(waybill::test::source_path("tests/data/customers.csv")), text::default_template);
    BOOST_TEST(batch.recipients.size() == 10U);
    BOOST_TEST(std::ranges::count_if(batch.recipients, &db::Recipient::lapsed) == 7);
    BOOST_TEST(rejections(batch) == "8: Invalid phone number format\n10: Duplicate of row 1");
}

BOOST_AUTO_TEST_SUITE_END()
