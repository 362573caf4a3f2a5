#include "tests/support/xlsx_file.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

// What spreadsheets and people do to a list.

using namespace waybill::recipients;
using namespace waybill;

namespace
{

IntakeRules guessing()
{
    IntakeRules rules = rules_for("Hi {customer_name}");
    rules.guesses = true;
    return rules;
}

// Who gets a text when the column with this heading says this.
std::size_t texted(const std::string& heading, const std::string& answer)
{
    return take_in("Name,Phone,Last visit," + heading + "\nAnn,2125550101,2024-01-15,\"" + answer + "\"\n")
        .recipients.size();
}

std::string hint_of(const std::string& phone, const std::string& date)
{
    const auto batch = take_in_rows("Ann," + phone + "," + date + "\n");
    return batch.rejected.empty() ? "accepted" : batch.rejected[0].hint;
}

} // namespace

BOOST_AUTO_TEST_SUITE(spreadsheet_habits)

BOOST_AUTO_TEST_CASE(marks_of_text_are_no_part_of_any_cell)
{
    const auto batch = take_in_rows("\"=\"\"Ann\"\"\",=\"2125550101\",\"=\"\"2024-01-15\"\"\"\n");
    BOOST_REQUIRE_EQUAL(batch.recipients.size(), 1U);
    BOOST_TEST(batch.recipients[0].customer_name == "Ann");
    BOOST_TEST(batch.recipients[0].phone_number == "+12125550101");
}

BOOST_AUTO_TEST_CASE(a_list_without_a_header_line_loses_no_customer)
{
    RecipientReader reader(read_text("Ann Lee,2125550101,2024-01-15\nBob Day,2125550102,2024-01-16\n"), guessing());
    const auto batch = take_in(reader);
    BOOST_REQUIRE_EQUAL(batch.recipients.size(), 2U);
    BOOST_TEST(batch.recipients[0].customer_name == "Ann Lee");
    BOOST_TEST(batch.recipients[0].line == 1);
    const ListDescription& list = reader.description();
    BOOST_TEST(list.questions.size() == 3U);
    BOOST_TEST(list.columns.label(*list.columns.phone) == "Column B");
    BOOST_TEST(list.first_rows.size() == 2U);

    IntakeRules rules = rules_for("Hi {customer_name}");
    rules.choices.columns = {.name = {"Column A"}, .phone = "Column B", .last_order_date = "Column C", .consent = ""};
    BOOST_TEST(take_in(read_text("\nAnn Lee,2125550101,2024-01-15\n"), rules).recipients.size() == 1U);
}

BOOST_AUTO_TEST_CASE(german_dates_are_found_by_their_look)
{
    RecipientReader reader(read_text("Name;Telefon;Letzter Besuch\nAnn;2125550101;15.01.2024\n"
                                     "Bob;2125550102;05.02.2024\n"),
                           guessing());
    BOOST_TEST(take_in(reader).recipients.size() == 2U);
    const ListDescription& list = reader.description();
    BOOST_TEST(list.columns.label(*list.columns.last_order_date) == "Letzter Besuch");
}

BOOST_AUTO_TEST_CASE(who_does_not_consent_is_not_texted)
{
    for (const char* answer : {"No", "n", "FALSE", "0", "No - asked 3/4", "Nope", "not yet", "Opted out by phone",
                               "pending", "NOT_SUBSCRIBED", "Unsubscribed", "Do not text", "nein", "\u2717"})
        BOOST_TEST(texted("SMS opt-in", answer) == 0U, answer);
    for (const char* answer : {"Yes", "y", "TRUE", "1", "", "Subscribed", "Nora said yes"})
        BOOST_TEST(texted("SMS opt-in", answer) == 1U, answer);
}

BOOST_AUTO_TEST_CASE(who_objects_is_not_texted)
{
    for (const char* answer : {"Yes", "x", "TRUE", "1", "2024-01-15", "Yes, by phone", "Opted out 3/4", "STOP"})
        BOOST_TEST(texted("Opted out", answer) == 0U, answer);
    for (const char* answer : {"", "No", "no, thanks", "FALSE", "0", "-", "n/a", "never", "Subscribed"})
        BOOST_TEST(texted("Opted out", answer) == 1U, answer);
}

BOOST_AUTO_TEST_CASE(a_column_that_was_too_narrow_is_named_as_the_reason)
{
    BOOST_TEST(hint_of("##########", "2024-01-15").starts_with("the spreadsheet's column was too narrow"));
    BOOST_TEST(hint_of("2125550101", "########").starts_with("the spreadsheet's column was too narrow"));
    BOOST_TEST(hint_of("6.14555E+09", "2024-01-15").starts_with("the spreadsheet has dropped digits"));
}

BOOST_AUTO_TEST_CASE(a_formula_without_a_stored_result_is_named_as_the_reason)
{
    const std::string rows = test::text_row(1, {"Name", "Phone", "Last visit"}) +
                             "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Ann</t></is></c>"
                             "<c r=\"B2\"><f>D2</f></c><c r=\"C2\"><v>45306</v></c></row>"
                             "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>Bob</t></is></c>"
                             "<c r=\"B3\"><f>D3</f><v>2125550102</v></c><c r=\"C3\"><v>45306</v></c></row>";
    const auto batch = take_in(read_text(test::xlsx_of({{"Guests", rows, ""}})), rules_for("Hi"));
    BOOST_REQUIRE_EQUAL(batch.rejected.size(), 1U);
    BOOST_TEST(batch.rejected[0].line == 2);
    BOOST_TEST(batch.rejected[0].hint.starts_with("a formula whose result the file does not hold"));
    BOOST_TEST(batch.recipients.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
