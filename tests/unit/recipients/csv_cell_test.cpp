#include "server/recipients/csv/csv_cell.hpp"

#include "db/postgres/storable_text.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace waybill::recipients;
using namespace waybill;

namespace
{

std::string cell(std::string_view text)
{
    std::string csv;
    append_csv_cell(csv, text);
    return csv;
}

struct Sample
{
    std::string_view text, cell;
};

constexpr auto samples = std::to_array<Sample>({
    {"", ""},
    {"Maria Garcia", "Maria Garcia"},
    {"O'Neill", "O'Neill"},
    {"José", "José"},
    {"Lee, \"Bob\"", "\"Lee, \"\"Bob\"\"\""},
    {"\"", "\"\"\"\""},
    {"two\r\nlines", "\"two\r\nlines\""},
    {"a;b", "\"a;b\""},
    {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
    {"=1,2", "\"'=1,2\""},
    {"=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""},
    {"@SUM(A1)", "'@SUM(A1)"},
    {"+cmd", "'+cmd"},
    {"-cmd", "'-cmd"},
    {"-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"},
    {"\t=1", "\"'\t=1\""},
    {"\uFF1D1+1", "'\uFF1D1+1"},
    {"'=1", "''=1"},
    {"'quoted'", "'quoted'"},
    {"+15551234567", "+15551234567"},
    {"+1 (555) 123-4567", "+1 (555) 123-4567"},
    {"-12.50", "-12.50"},
    {"-", "-"},
    {"x;=1+1;y", "\"x;'=1+1;y\""},
    {"a;b;c", "\"a;b;c\""},
    {"a;\"=1\"", "\"a;'\"\"=1\"\"\""},
    {"one\r\n=2", "\"one\r\n'=2\""},
    {"7;+1 (555) 123-4567;8", "\"7;+1 (555) 123-4567;8\""},
});

} // namespace

BOOST_AUTO_TEST_SUITE(csv_cell)

BOOST_AUTO_TEST_CASE(cells_are_quoted_and_formulas_are_guarded)
{
    for (const Sample& sample : samples)
        BOOST_TEST(cell(sample.text) == sample.cell);
}

BOOST_AUTO_TEST_CASE(a_guard_comes_off_again_and_an_apostrophe_stays)
{
    for (const std::string_view text : {"=1", "@x", "+cmd", "'=1", "''=1", "'quoted'", "'", "O'Neill", "", "+1555", "-",
                                        "x;=1", "x;'=1", "=1;=2", "';'", "a;\"=1", "\r\n=1", "+;=1", "- a\n- b"}) {
        std::string csv = "customer_name,phone_number,last_order_date\r\n";
        append_csv_cell(csv, text);
        const db::RecipientBatch batch = take_in(csv + ",x,x\r\n");
        if (text.empty() || text.starts_with('\r')) continue; // blanks around a cell are not kept
        BOOST_REQUIRE_EQUAL(batch.rejected.size(), 1U);
        std::string json;
        db::append_json_string(json, text);
        BOOST_TEST(batch.rejected[0].data_json.find(json) != std::string::npos, batch.rejected[0].data_json);
    }
    BOOST_TEST(!is_guarded("'+15551234567"));
    BOOST_TEST(without_guard("'+15551234567") == "'+15551234567"); // as no export of ours writes it
}

BOOST_AUTO_TEST_CASE(an_upload_reads_what_an_export_wrote)
{
    std::string csv = "customer_name,phone_number,last_order_date,'=note\r\n";
    for (const Sample& sample : samples) {
        append_csv_cell(csv, sample.text);
        csv += ",5552345678,x,\r\n"; // a bad date: the row is kept as it was read
    }
    const db::RecipientBatch batch = take_in(csv);
    BOOST_TEST(batch.rejected.size() == samples.size());
    BOOST_TEST(batch.rejected[8].data_json.find("\"=cmd|' /C calc'!A0\"") != std::string::npos,
               batch.rejected[8].data_json);
    BOOST_TEST(batch.rejected[17].data_json.find("\"'=1\"") != std::string::npos, batch.rejected[17].data_json);
    BOOST_TEST(batch.rejected[0].data_json.find("\"=note\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
