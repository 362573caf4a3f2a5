#include "server/recipients/xlsx/rows.hpp"
#include "server/recipients/xlsx/workbook.hpp"
#include "tests/support/xlsx_file.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::recipients;
using namespace waybill;
using test::text_row;
using test::xlsx_of;
using test::xlsx_parts;
using test::zip_of;

namespace
{

const std::string usual_header = text_row(1, {"Guest", "Mobile", "Last visit"});

std::string ann(int row, const std::string& phone = "5552345678", const std::string& date = "2026-01-01")
{
    return text_row(row, {"Ann", phone, date});
}

std::string numbers(const db::RecipientBatch& batch)
{
    std::string text;
    for (const db::Recipient& recipient : batch.recipients)
        text.append(text.empty() ? "" : " ").append(recipient.phone_number);
    return text;
}

std::string refusal_of(const test::ZipParts& parts)
{
    return refusal(zip_of(parts));
}

} // namespace

BOOST_AUTO_TEST_SUITE(xlsx)

BOOST_AUTO_TEST_CASE(cells_of_every_kind_are_read_by_their_values)
{
    auto parts =
        xlsx_parts({{"Guests",
                     "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c>"
                     "<c r=\"D1\" t=\"s\"><v>2</v></c><c r=\"E1\" t=\"s\"><v>3</v></c></row>"
                     "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>4</v></c><c r=\"C3\"><v>6.145550123E9</v></c>"
                     "<c r=\"D3\" s=\"1\"><v>45306.5</v></c><c r=\"E3\" t=\"b\"><v>1</v></c></row>"
                     "<row r=\"4\"><c r=\"A4\" t=\"str\"><f>1+1</f><v>Bob</v></c><c r=\"C4\"><v>6145550124.0</v></c>"
                     "<c r=\"D4\" s=\"2\"><v>45306</v></c><c r=\"E4\" t=\"b\"><v>0</v></c></row>",
                     ""}});
    parts["xl/sharedStrings.xml"] =
        "<sst><si><t>Guest</t></si><si><r><t>Mob</t></r><r><t>ile</t></r></si>"
        "<si><t>Last visit</t></si><si><t>SMS consent</t></si>"
        "<si><t xml:space=\"preserve\"> An</t><rPh><t>x</t></rPh><t>n_x0020_L </t></si></sst>";
    parts["xl/styles.xml"] =
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-409]d\\-mmm\\-yy\"/></numFmts>"
        "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    const auto batch = take_in(read_text(zip_of(parts)), rules_for("{customer_name} {Last visit}"));
    BOOST_REQUIRE(batch.recipients.size() == 1U);
    BOOST_TEST(batch.recipients[0].customer_name == "Ann L");
    BOOST_TEST(batch.recipients[0].phone_number == "+16145550123");
    BOOST_TEST(batch.recipients[0].body == "Ann L 2024-01-15 12:00:00");
    BOOST_TEST(batch.recipients[0].row == 1);
    BOOST_TEST(batch.recipients[0].line == 3);
    BOOST_REQUIRE(batch.rejected.size() == 1U);
    BOOST_TEST(batch.rejected[0].message == "Opted out");
    BOOST_TEST((batch.rejected[0].reason == db::RejectReason::no_consent));
}

BOOST_AUTO_TEST_CASE(the_first_visible_sheet_that_looks_like_a_list_is_read)
{
    const std::string list = text_row(1, {"Our guests"}) + text_row(3, {"", "Guest", "Mobile", "Last visit"}) +
                             text_row(4, {"", "Ann", "5552345678", "2026-01-01"});
    const std::string workbook = xlsx_of({{"Secret", usual_header + ann(2, "5552345670"), "hidden"},
                                          {"Notes", text_row(1, {"Call", "the baker"}), ""},
                                          {"Guests", list, ""},
                                          {"More", usual_header + ann(2, "5552345671"), ""}});
    RecipientReader reader(read_text(workbook), rules_for("Hi"));
    BOOST_TEST(numbers(take_in(reader)) == "+15552345678");
    BOOST_TEST(reader.description().sheet == "Guests");
    BOOST_TEST(reader.description().sheets.size() == 4U);
    IntakeRules rules = rules_for("Hi");
    rules.choices.sheet = "more";
    BOOST_TEST(numbers(take_in(read_text(workbook), rules)) == "+15552345671");
    rules.choices.sheet = "Elsewhere";
    BOOST_CHECK_THROW(take_in(read_text(workbook), rules), UnfitChoice);
}

BOOST_AUTO_TEST_CASE(serial_dates_count_from_1900_or_from_1904)
{
    const std::string row =
        "<row><c t=\"inlineStr\"><is><t>Ann</t></is></c><c><v>5552345678</v></c><c><v>44849</v></c></row>";
    IntakeRules rules = rules_for("Hi");
    rules.lapsed_after_days = 1;
    const auto is_lapsed_on = [&](std::string_view properties, std::chrono::sys_days today) {
        rules.today = today;
        return take_in(read_text(zip_of(xlsx_parts({{"A", usual_header + row, ""}}, properties))), rules)
            .recipients.at(0)
            .lapsed;
    };
    using namespace std::chrono;
    BOOST_TEST(is_lapsed_on("", sys_days(2022y / October / 16)));
    BOOST_TEST(!is_lapsed_on("", sys_days(2022y / October / 15)));
    BOOST_TEST(is_lapsed_on("<workbookPr date1904=\"1\"/>", sys_days(2026y / October / 17)));
    BOOST_TEST(!is_lapsed_on("<workbookPr date1904=\"1\"/>", sys_days(2026y / October / 16)));
}

BOOST_AUTO_TEST_CASE(numbers_and_dates_are_written_as_people_see_them)
{
    for (const auto& [value, text] : {std::pair("6145550123.0", "6145550123"),
                                      {"6.145550123E9", "6145550123"},
                                      {"16145550101", "16145550101"},
                                      {"0.30000000000000004", "0.3"},
                                      {"12.5", "12.5"},
                                      {"-3", "-3"},
                                      {"x", "x"},
                                      {"1E300", "1e+300"}})
        BOOST_TEST(number_text(value) == text);
    BOOST_TEST(date_text("45306", false) == "2024-01-15");
    BOOST_TEST(date_text("45306.99999999", false) == "2024-01-16");
    BOOST_TEST(date_text("45306.25", false) == "2024-01-15 06:00:00");
    BOOST_TEST(date_text("43844", true) == "2024-01-15");
    BOOST_TEST(date_text("0.5", false) == "12:00:00");
    BOOST_TEST(date_text("59", false) == "1900-02-28");
    BOOST_TEST(date_text("61", false) == "1900-03-01");
}

BOOST_AUTO_TEST_CASE(formats_of_dates_are_told_from_formats_of_numbers)
{
    for (const char* format :
         {"yyyy-mm-dd", "d/m/yy", "[$-F800]dddd\\, mmmm dd\\, yyyy", "m/d/yy h:mm", "[h]:mm", "mmm-yy"})
        BOOST_TEST(is_date_format(format), format);
    for (const char* format :
         {"General", "0.00", "#,##0", "0%", "0.00E+00", "\"day\" 0", "[Red]0", "@", "0\\d", "_-* #,##0", "0;\"yes\""})
        BOOST_TEST(!is_date_format(format), format);
}

BOOST_AUTO_TEST_CASE(what_is_in_an_archive_decides_what_it_is)
{
    BOOST_TEST(refusal_of({{"holiday.jpg", "x"}}).find("a ZIP archive") != std::string::npos);
    BOOST_TEST(refusal_of({{"word/document.xml", "<x/>"}}).find("a Word document") != std::string::npos);
    BOOST_TEST(refusal_of({{"content.xml", "<x/>"}, {"mimetype", "application/vnd.oasis"}}).find("OpenDocument") !=
               std::string::npos);
    BOOST_TEST(refusal("PK\x03\x04 and no more").find("damaged") != std::string::npos);
    const std::string whole = xlsx_of({{"A", usual_header + ann(2), ""}});
    for (std::size_t size = 30; size < whole.size(); size += 97)
        BOOST_TEST(refusal(whole.substr(0, size)) != "", size);
}

BOOST_AUTO_TEST_CASE(a_workbook_that_attacks_is_refused)
{
    auto bomb = xlsx_parts({{"A", usual_header + std::string(40 << 20, ' '), ""}});
    BOOST_TEST(refusal_of(bomb).find("inflates") != std::string::npos);
    auto entities = xlsx_parts({{"A", usual_header + ann(2), ""}});
    entities["xl/workbook.xml"] =
        "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>" + entities["xl/workbook.xml"];
    BOOST_TEST(refusal_of(entities).find("document type") != std::string::npos);
    std::string deep;
    for (int i = 0; i < 10'000; ++i)
        deep += "<x>";
    BOOST_TEST(refusal_of(xlsx_parts({{"A", deep, ""}})).find("damaged") != std::string::npos);
    BOOST_TEST(refusal_of(xlsx_parts({{"A", "<row a=\"" + std::string(3 << 20, 'x') + "\"/>", ""}})).find("damaged") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_huge_cell_spoils_no_other_row)
{
    const auto batch = take_in(
        read_text(xlsx_of(
            {{"A", usual_header + text_row(2, {std::string(200'000, 'x'), "5552345679", "2026-01-01"}) + ann(3), ""}})),
        rules_for("Hi {customer_name}"));
    BOOST_TEST(numbers(batch) == "+15552345678");
    BOOST_TEST(batch.rejected.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
