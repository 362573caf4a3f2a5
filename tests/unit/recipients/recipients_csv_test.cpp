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

BOOST_AUTO_TEST_CASE(missing_columns_are_named)
{
    BOOST_TEST(refusal("name,phone\n") == "Missing required columns: customer_name, phone_number, last_order_date");
    BOOST_TEST(refusal("customer_name,last_order_date\nJohn,2026-01-01\n") == "Missing required columns: phone_number");
    BOOST_TEST(refusal("customer_name;phone_number;last_order_date\n") ==
               "Missing required columns: customer_name, phone_number, last_order_date (the file uses semicolons; "
               "separate the "
               "columns by commas)");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_refused)
{
    for (std::string_view text : {"", "\n", "\r\n\r\n", "  \n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"})
        BOOST_TEST(refusal(std::string(text)) == "The file is empty");
    BOOST_TEST(refusal(std::string(header)) == "");
}

BOOST_AUTO_TEST_CASE(two_columns_of_one_name_are_refused_but_nameless_ones_are_not)
{
    BOOST_TEST(refusal("customer_name,Points,phone_number,last_order_date,POINTS\n") ==
               "The header line has two columns of the name \"points\"; rename one");
    BOOST_TEST(refusal("customer_name,phone_number,last_order_date,,\n") == "");
}

BOOST_AUTO_TEST_CASE(broken_quoting_is_refused_with_its_row)
{
    const std::string misplaced = "; put the whole field into quotation marks and double those inside it";
    const std::string in_row_two = "A quotation mark stands in the wrong place in row 2" + misplaced;
    BOOST_TEST(refusal(with_header(std::string(row) + "Bob \"B\" Lee,1,2\n")) == in_row_two);
    BOOST_TEST(refusal(with_header(std::string(row) + "\"Bob\" Lee,1,2\n")) == in_row_two);
    BOOST_TEST(refusal("custo\"mer,b\n") ==
               "A quotation mark stands in the wrong place in the header line" + misplaced);
    const std::string unclosed = "A quotation mark is opened in row 2 and never closed";
    BOOST_TEST(refusal(with_header(std::string(row) + "\"Bob,1,2\nAnn,1,2\n")) == unclosed);
    BOOST_TEST(refusal(with_header(std::string(row) + "\"")) == unclosed);
}

BOOST_AUTO_TEST_CASE(rows_before_a_fault_are_still_given_out)
{
    RecipientReader reader(read_text(with_header(repeated("x,y,z\n", 5'000) + "\"")), rules_for("Hi"));
    db::RecipientBatch batch;
    BOOST_TEST(reader.next(batch));
    BOOST_TEST(batch.rejected.size() == 5'000U);
    BOOST_CHECK_THROW(reader.next(batch), CsvError);
}

BOOST_AUTO_TEST_CASE(what_is_no_text_at_the_beginning_is_no_csv_file)
{
    const std::string advice = "; save the file as \"CSV UTF-8\" and upload it again";
    BOOST_TEST(refusal(std::string("PK\x03\x04\0\0\0", 7)) ==
               "This is not a CSV file in UTF-8: there is a NUL byte in the header line" + advice);
    BOOST_TEST(refusal("\xFF\xFE"
                       "c\0u\0") ==
               "This is not a CSV file in UTF-8: there is a character that is not UTF-8 in the header line" + advice);
    BOOST_TEST(refusal(with_header("Jos\xE9,5552345678,2026-01-01\n")) ==
               "This is not a CSV file in UTF-8: there is a character that is not UTF-8 in row 1" + advice);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_refused_with_their_row)
{
    const std::string rows = repeated("x,y,z\n", 50'000);
    const std::string advice = "; save the file as \"CSV UTF-8\" and upload it again";
    for (std::string_view bytes :
         {"\xE9,", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80"})
        for (std::string_view behind : {"", "abc\n"})
            BOOST_TEST(refusal(with_header(rows + std::string(bytes).append(behind))) ==
                       "There is a character that is not UTF-8 in row 50001" + advice);
    BOOST_TEST(refusal(with_header(rows + std::string("a,\0,b\n", 6))) == "There is a NUL byte in row 50001" + advice);
    BOOST_TEST(refusal(with_header("\"" + rows + std::string("\0\"", 2)), 1'000).find("row 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_field_over_its_limit_is_refused)
{
    const auto with_name = [](std::size_t size) {
        return with_header(std::string(size, 'x') + ",5552345678,2099-01-01\n");
    };
    const std::string sentence = "A field in row 1 is longer than 65536 bytes; is a closing quotation mark missing?";
    BOOST_TEST(refusal(with_name(65'536)) == "");
    BOOST_TEST(refusal(with_name(65'537)) == sentence);
    BOOST_TEST(refusal(with_name(10'000'000)) == sentence);
    BOOST_TEST(refusal(with_header("\"" + std::string(10'000'000, 'x'))) == sentence);
    BOOST_TEST(refusal(with_header("\"" + repeated("John,5552345678,2026-01-01\n", 100'000))) == sentence);
    BOOST_TEST(refusal(std::string(10'000'000, 'x')) ==
               "A field in the header line is longer than 65536 bytes; is a closing quotation mark missing?");
}

BOOST_AUTO_TEST_CASE(too_many_columns_are_refused)
{
    BOOST_TEST(refusal(repeated("a,", 1'000'000)) == "There are more than 256 columns in the header line");
    BOOST_TEST(refusal(with_header(repeated(",", 1'000'000))) == "There are more than 256 columns in row 1");
    BOOST_TEST(refusal(with_header(repeated(",", 255) + "\n")) == "");
    BOOST_TEST(refusal(with_header(repeated(",", 256) + "\n")) == "There are more than 256 columns in row 1");
}

BOOST_AUTO_TEST_CASE(a_row_over_its_limit_is_refused)
{
    const std::string field = std::string(60'000, 'x') + ",";
    BOOST_TEST(refusal(with_header(repeated(field, 17) + "\n")) == "");
    BOOST_TEST(refusal(with_header(repeated(field, 18) + "\n")) == "There are more than 1048576 bytes in row 1");
}

BOOST_AUTO_TEST_SUITE_END()
