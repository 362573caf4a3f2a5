#include "server/recipients/columns/columns.hpp"

#include "server/recipients/columns/heading_words.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::recipients;
using namespace waybill;

namespace
{

std::string role_of(std::string_view header)
{
    constexpr const char* names[] = {"name", "first", "last", "phone", "date", "consent", "objection"};
    const auto heading = heading_of(header);
    return heading ? names[static_cast<int>(heading->role)] : "";
}

void all_are(const char* role, std::initializer_list<const char*> headers)
{
    for (const char* header : headers)
        BOOST_TEST(role_of(header) == role, header);
}

// The labels of the columns that were found: name, phone, date, consent; with ? behind them if Waybill asks.
std::string found(const std::string& list, ColumnChoice choice = {})
{
    IntakeRules rules = rules_for("Hi");
    rules.choices.columns = std::move(choice);
    rules.guesses = true;
    RecipientReader reader(read_text(list), std::move(rules));
    take_in(reader);
    const ListDescription& description = reader.description();
    const Columns& columns = description.columns;
    std::string text;
    for (const std::size_t column : columns.name)
        text.append(text.empty() ? "" : "+").append(columns.label(column));
    text.append(" ").append(columns.label(*columns.phone)).append(" ").append(columns.label(*columns.last_order_date));
    if (columns.consent) text.append(" ").append(columns.label(*columns.consent));
    for (const Question& question : description.questions)
        text.append(" ?").append(question.part);
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(columns)

BOOST_AUTO_TEST_CASE(english_headings_are_known_in_any_writing)
{
    all_are("name", {"customer_name", "Customer Name", "NAME", "Full Name", "Guest", "Guest name", "Client Name",
                     "customer-name", "Name*", "CustomerName", "Contact Name", "Member name", "Customer\u00A0Name"});
    all_are("first", {"First Name", "first_name", "FirstName", "Given name", "Guest First Name", "Forename"});
    all_are("last", {"Last Name", "lastname", "Surname", "Family Name"});
    all_are("phone", {"phone_number", "Phone", "Phone #", "Phone No.", "Mobile", "Mobile number", "Cell", "Cell Phone",
                      "Telephone", "Tel.", "Guest mobile", "Customer Phone Number", "Phone (mobile)", "Contact number",
                      "Primary Phone", "PhoneNumber", "Mobile Phone", "\uFEFFPhone"});
    all_are("date",
            {"last_order_date", "Last Order", "Last visit", "Last Visit Date", "Order date", "Date of last visit",
             "Last ordered at", "Last purchase", "Last seen", "Most recent order", "Last Reservation Date",
             "Last Visit (UTC)", "Visit Date", "Last dined", "Latest order date", "Customer last visit"});
    all_are("consent",
            {"Opt in", "SMS consent", "Opted In", "SMS opt-in", "Consent", "Accepts SMS Marketing", "OK to text"});
    all_are("objection", {"Opted out", "Do not text", "SMS Opt-Out", "Unsubscribed"});
}

BOOST_AUTO_TEST_CASE(other_headings_are_not_taken_for_them)
{
    all_are("", {"Restaurant name", "Email", "Email consent", "Birthday", "First visit", "Order number", "Last order #",
                 "Last order amount", "Phone type", "Customer ID", "Notes", "Date of birth", "Created", "Visits",
                 "Guests", "Kunde", "", "#", "Total orders"});
}

BOOST_AUTO_TEST_CASE(the_clearest_heading_wins)
{
    BOOST_TEST(
        found("Name,Home Phone,Mobile,Order date,Last visit\nAnn,5552345678,5552345679,2026-01-01,2026-01-01\n") ==
        "Name Mobile Last visit");
    BOOST_TEST(
        found("First Name,Last Name,Phone,Last visit,SMS opt-in,Opt in\nAnn,Lee,5552345678,2026-01-01,yes,no\n") ==
        "First Name+Last Name Phone Last visit SMS opt-in");
    BOOST_TEST(found("Phone,Phone,Name,Last order\n,5552345678,Ann,2026-01-01\n") == "Name Phone (2) Last order");
    BOOST_TEST(found("Phone,Phone,Name,Last order\n5552345679,5552345678,Ann,2026-01-01\n") ==
               "Name Phone Last order ?phone");
}

BOOST_AUTO_TEST_CASE(content_shows_what_a_heading_does_not_and_is_asked)
{
    BOOST_TEST(found("Kunde,Handy,Letzter Besuch\nAnn Lee,5552345678,2026-01-01\n") ==
               "Kunde Handy Letzter Besuch ?phone ?lastOrderDate ?name");
    BOOST_TEST(found("Name,,Last visit\nAnn Lee,(555) 234-5678,2026-01-01\n") == "Name Column B Last visit ?phone");
}

BOOST_AUTO_TEST_CASE(the_request_settles_the_columns)
{
    BOOST_TEST(found("A,B,C,D\nAnn,Lee,5552345678,2026-01-01\n", {{"a", "B"}, "C", "d", "", false}) == "A+B C D");
    BOOST_TEST(found("Name,Phone,Opt in,Last order,When\nAnn,5552345678,no,x,2026-01-01\n",
                     {{}, "", "When", "", true}) == "Name Phone When");
    BOOST_CHECK_THROW(found("A,B,C,D\n1,2,3,4\n", {{"E"}, "", "", "", false}), UnfitChoice);
}

BOOST_AUTO_TEST_CASE(titles_above_the_header_line_are_passed_over)
{
    const std::string list =
        "Guests of Luigi's,,\nexported 2026-01-01\n\nName,Phone,Last order\nAnn,5552345678,2026-01-01\nBob,1,x\n";
    const auto batch = take_in(list);
    BOOST_TEST(batch.recipients.size() == 1U);
    BOOST_TEST(batch.rejected.at(0).row == 2);
    BOOST_TEST(batch.rejected.at(0).line == 6);
}

BOOST_AUTO_TEST_CASE(a_no_in_the_column_of_consent_leaves_the_person_out)
{
    std::string list = "Name,Phone,Last order,Opt in\n";
    std::int64_t number = 5'552'345'000;
    for (const char* answer : {"yes", "no", "N", "FALSE", "0", "opted out", "", "TRUE", "1"})
        list += "Ann," + std::to_string(number++) + ",2026-01-01," + answer + "\n";
    const auto batch = take_in(list);
    BOOST_TEST(batch.recipients.size() == 4U);
    BOOST_REQUIRE(batch.rejected.size() == 5U);
    BOOST_TEST(batch.rejected[0].message == "Opted out");
    BOOST_TEST(batch.rejected[0].hint == "the column \"Opt in\" says no");
    BOOST_TEST(take_in("Name,Phone,Last order,Opted out\nAnn,5552345678,2026-01-01,yes\nBob,5552345679,2026-01-01,no\n")
                   .recipients.at(0)
                   .customer_name == "Bob");
}

BOOST_AUTO_TEST_CASE(a_row_against_the_proved_order_is_a_bad_row)
{
    std::string list = "Name,Phone,Last order\n";
    for (int i = 0; i < 30; ++i)
        list += "Ann," + std::to_string(2'125'550'100 + i) + ",1/15/2024\n";
    const auto batch = take_in(list + "Bob,2125550199,15/1/2024\n");
    BOOST_TEST(batch.recipients.size() == 30U);
    BOOST_REQUIRE(batch.rejected.size() == 1U);
    BOOST_TEST(batch.rejected[0].message == "Invalid date format (expected YYYY-MM-DD)");
    BOOST_TEST(batch.rejected[0].hint == "the other dates put the month first");
}

BOOST_AUTO_TEST_SUITE_END()
