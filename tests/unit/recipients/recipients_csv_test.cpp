#include "server/recipients/rows/rows.hpp"
#include "tests/unit/recipients/intake_of_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::recipients;
using namespace waybill;

namespace
{

constexpr std::string_view row = "John,5552345678,2026-01-01\n";

std::string with_header(std::string_view rows)
{
    return std::string(header).append(rows);
}

std::string repeated(std::string_view text, int times)
{
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

// Everything that was read, as one text to compare.
std::string read_in_pieces(const std::string& text, std::size_t most)
{
    const db::RecipientBatch batch = take_in(read_text(text, most), rules_for("{customer_name}"));
    std::string result;
    for (const db::Recipient& recipient : batch.recipients)
        result += std::to_string(recipient.row) + recipient.body + recipient.data_json + "\n";
    for (const db::RejectedRow& rejected : batch.rejected)
        result += std::to_string(rejected.row) + rejected.message + rejected.data_json + "\n";
    return result;
}

std::string names_in(std::string_view rows)
{
    std::string names;
    for (const db::Recipient& recipient : take_in_rows(rows).recipients)
        names.append(names.empty() ? "" : "|").append(recipient.customer_name);
    return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(recipients_csv)

BOOST_AUTO_TEST_CASE(line_ends_byte_order_mark_and_a_missing_last_line_end_make_no_difference)
{
    const std::string lf = with_header("John,5552345678,2026-01-01\nAnn,5552345679,2026-01-01\n");
    std::string crlf;
    for (char character : lf)
        crlf += character == '\n' ? "\r\n" : std::string(1, character);
    const std::string expected = read_in_pieces(lf, 100);
    BOOST_TEST(read_in_pieces(crlf, 100) == expected);
    BOOST_TEST(read_in_pieces("\xEF\xBB\xBF" + crlf, 100) == expected);
    BOOST_TEST(read_in_pieces("\xEF\xBB\xBF" + lf, 1) == expected);
    BOOST_TEST(read_in_pieces(lf.substr(0, lf.size() - 1), 100) == expected);
}

BOOST_AUTO_TEST_CASE(headers_come_in_any_order_and_case_and_with_quotes)
{
    const auto batch =
        take_in("LAST_ORDER_DATE, \"Phone_Number\" ,extra,Customer_Name\n2026-01-01,5552345678,x,John\n");
    BOOST_REQUIRE(batch.recipients.size() == 1U);
    BOOST_TEST(batch.recipients[0].customer_name == "John");
}

BOOST_AUTO_TEST_CASE(quoted_fields_hold_commas_quotes_and_line_ends)
{
    const auto batch =
        take_in_rows("\"Lee, \"\"Bob\"\"\r\nJr\",\"555\"\"\",2026-01-01\n\"a,b\",\"5552345678\",\"2026-01-01\"\n");
    BOOST_TEST(batch.rejected[0].row == 1);
    BOOST_TEST(batch.recipients[0].row == 2);
    BOOST_TEST(batch.recipients[0].customer_name == "a,b");
}

BOOST_AUTO_TEST_CASE(blank_lines_are_not_counted)
{
    const auto batch =
        take_in("\n\n" + with_header("\n\r\n   \n" + std::string(row) + "\n\n\nAnn,5552345679,2026-01-01\n\n"));
    BOOST_REQUIRE(batch.recipients.size() == 2U);
    BOOST_TEST(batch.recipients[0].row == 1);
    BOOST_TEST(batch.recipients[1].row == 2);
}

BOOST_AUTO_TEST_CASE(the_borders_of_what_is_read_make_no_difference)
{
    const std::string text = "\xEF\xBB\xBF" + with_header("\"Zoë \"\"😀\"\"\r\n€\",5552345678,2026-01-01\r\n"
                                                          "Ümit,bad,2026-01-01\r\n\r\n"
                                                          "\"\",,\r\n"
                                                          "é,5552345679,2026-01-01");
    const std::string whole = read_in_pieces(text, std::string::npos);
    BOOST_TEST(whole.find("Zoë") != std::string::npos);
    for (std::size_t most = 1; most < text.size(); ++most)
        BOOST_TEST(read_in_pieces(text, most) == whole);
}

BOOST_AUTO_TEST_CASE(the_borders_of_the_64_kb_pieces_make_no_difference)
{
    for (std::size_t shift = 0; shift < 70; ++shift) {
        std::string text = with_header("pad " + std::string(shift, 'p') + ",,\n");
        for (int i = 0; i < 2'000; ++i)
            text += "\"Zoë 😀, €\"\"" + std::to_string(10'000 + i) + "\",+155500" + std::to_string(10'000 + i) +
                    ",2026-01-01\r\n";
        const auto batch = take_in(text, "{customer_name}");
        BOOST_TEST(batch.recipients.size() == 2'000U);
        for (std::size_t i = 0; i < batch.recipients.size(); ++i)
            BOOST_REQUIRE(batch.recipients[i].body == "Zoë 😀, €\"" + std::to_string(10'000 + i));
    }
}

BOOST_AUTO_TEST_CASE(missing_columns_are_named_and_those_found_are_listed)
{
    BOOST_TEST(refusal("a,b\n1,2\n") ==
               "Missing required columns: customer_name, phone_number, last_order_date. The list has: a, b");
    BOOST_TEST(refusal("customer_name,last_order_date\nJohn,2026-01-01\n") ==
               "Missing required columns: phone_number. The list has: customer_name, last_order_date");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_refused)
{
    for (std::string_view text : {"", "\n", "\r\n\r\n", "  \n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"})
        BOOST_TEST(refusal(std::string(text)) == "The file is empty");
    BOOST_TEST(refusal(std::string(header)) == "");
}

BOOST_AUTO_TEST_CASE(two_columns_of_one_name_matter_only_when_the_message_uses_them)
{
    const std::string list =
        "customer_name,Points,phone_number,last_order_date,POINTS,,\nAnn,1,5552345678,2026-01-01,2\n";
    BOOST_TEST(take_in(list).recipients.size() == 1U);
    BOOST_CHECK_THROW(take_in(list, "{points}"), UnknownPlaceholder);
}

BOOST_AUTO_TEST_CASE(a_quotation_mark_in_the_wrong_place_spoils_no_other_row)
{
    const std::string good = "Ann,5552345679,2026-01-01\n";
    BOOST_TEST(names_in("Bob \"B\" Lee,5552345678,2026-01-01\n" + good) == "Bob \"B\" Lee|Ann");
    BOOST_TEST(names_in("\"Bob\" Lee,5552345678,2026-01-01\n" + good) == "Bob Lee|Ann");
    BOOST_TEST(names_in("\"Bob,5552345678,2026-01-01\n" + good) == "Ann");
    BOOST_TEST(names_in("\"Bob,5552345678,2026-01-01\n\"Eve\",5552345670,2026-01-01\n" + good) == "Eve|Ann");
    BOOST_TEST(names_in(good + "\"") == "Ann");
    const auto batch = take_in_rows("\"Bob,5552345678,2026-01-01\n");
    BOOST_REQUIRE(batch.rejected.size() == 1U);
    BOOST_TEST(batch.rejected[0].message == "Missing required fields: phone_number, last_order_date");
    BOOST_TEST(batch.rejected[0].hint == "a quotation mark is opened and never closed");
}

BOOST_AUTO_TEST_CASE(a_quotation_mark_that_is_never_closed_ends_with_its_line_in_a_long_list)
{
    const auto batch = take_in_rows("\"Bob,5552345678,2026-01-01\n" + repeated("x,y,z\n", 50'000));
    BOOST_TEST(batch.rejected.size() == 50'001U);
}

BOOST_AUTO_TEST_CASE(cells_over_their_limit_are_cut_and_spoil_no_other_row)
{
    const std::string good = "Ann,5552345679,2026-01-01\n";
    BOOST_TEST(names_in(std::string(10'000'000, 'x') + ",5552345678,2026-01-01\n" + good) == "Ann");
    BOOST_TEST(names_in(repeated(",", 1'000'000) + "\n" + good) == "Ann");
    const auto batch = take_in_rows(std::string(100'000, 'x') + ",5552345678,2026-01-01\n");
    BOOST_REQUIRE(batch.rejected.size() == 1U);
    BOOST_TEST(batch.rejected[0].data_json.size() <= RowJson::max_bytes);
    BOOST_TEST(batch.rejected[0].data_json.find("5552345678") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_header_line_over_its_limits_is_refused)
{
    const std::string names = "customer_name,phone_number,last_order_date";
    std::string many = names, more = names;
    for (int i = 0; i < 253; ++i)
        many += ",c" + std::to_string(i);
    BOOST_TEST(refusal(many + "\n") == "");
    BOOST_TEST(refusal(many + ",one more\n") == "There are more than 256 columns in the header line");
    BOOST_TEST(refusal(many + ",,,,,\n") == "");
    for (int i = 0; i < 10; ++i)
        more += "," + std::string(7'000, static_cast<char>('a' + i));
    BOOST_TEST(refusal(more + "\n") == "The header line is longer than 65536 bytes");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf_8_are_windows_1252)
{
    BOOST_TEST(names_in("Jos\xE9 \x80,5552345678,2026-01-01\n") == "José €");
    const std::string late = repeated("x,y,z\n", 50'000) + "Jos\xE9,5552345678,2026-01-01\n";
    BOOST_TEST(names_in(late) == "José");
    const std::string damaged =
        repeated("é,5,2026-01-01\n", 20) + "Zo\xEB,5552345678,2026-01-01\nZoë,5552345679,2026-01-01\n";
    BOOST_TEST(names_in(damaged) == "Zoë|Zoë");
    BOOST_TEST(names_in(std::string("A\0nn,5552345678,2026-01-01\n", 26)) == "Ann");
}

BOOST_AUTO_TEST_CASE(lines_are_numbered_as_a_spreadsheet_does)
{
    const auto batch = take_in("sep=,\r\n\r\n" + with_header("\r\n\"a\nb\",,\r\n,,\r\nc,,\r\n"));
    BOOST_REQUIRE(batch.rejected.size() == 2U);
    BOOST_TEST(batch.rejected[0].row == 1);
    BOOST_TEST(batch.rejected[0].line == 4);
    BOOST_TEST(batch.rejected[1].row == 2);
    BOOST_TEST(batch.rejected[1].line == 6);
}

BOOST_AUTO_TEST_CASE(every_line_end_is_read)
{
    for (const std::string_view end : {"\n", "\r\n", "\r"}) {
        std::string list;
        for (const std::string_view line : {"customer_name,phone_number,last_order_date", "Ann,5552345678,2026-01-01",
                                            "", "\"B\"\"\",5552345679,2026-01-01"})
            list.append(line).append(end);
        for (std::size_t most = 1; most < list.size(); most += 7) {
            const auto batch = take_in(read_text(list, most), rules_for("Hi"));
            BOOST_REQUIRE(batch.recipients.size() == 2U);
            BOOST_TEST(batch.recipients[1].customer_name == "B\"");
            BOOST_TEST(batch.recipients[1].line == 4);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
