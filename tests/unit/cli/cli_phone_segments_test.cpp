#include "server/cli/commands.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace waybill::cli;

namespace
{

using Command = int (*)(const std::vector<std::string>&, std::istream&, std::ostream&);

int run_phone_in_america(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out)
{
    return run_phone(arguments, "1", in, out);
}

std::string printed(Command command, const std::vector<std::string>& arguments, const std::string& input = "")
{
    std::istringstream in(input);
    std::ostringstream out;
    const int status = command(arguments, in, out);
    return status == 0 ? out.str() : out.str() + "status " + std::to_string(status);
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli_phone_segments)

BOOST_AUTO_TEST_CASE(phone_prints_one_line_for_each_argument)
{
    BOOST_TEST(printed(run_phone_in_america, {"(123) 456-7890", "abc"}) == "(123) 456-7890 -> +11234567890\n"
                                                                           "abc -> invalid\n");
}

BOOST_AUTO_TEST_CASE(phone_reads_lines_when_there_is_no_argument)
{
    BOOST_TEST(printed(run_phone_in_america, {}, "5551234567\r\n\n+44 20 7946 0958") ==
               "5551234567 -> +15551234567\n"
               " -> invalid\n"
               "+44 20 7946 0958 -> +442079460958\n");
    BOOST_TEST(printed(run_phone_in_america, {}, "") == "");
}

BOOST_AUTO_TEST_CASE(phone_reads_numbers_as_they_are_dialed_in_the_default_country)
{
    std::istringstream in;
    std::ostringstream out;
    BOOST_TEST(run_phone({"07911 123456"}, "44", in, out) == 0);
    BOOST_TEST(out.str() == "07911 123456 -> +447911123456\n");
    BOOST_TEST(run_phone({"07911 123456"}, "999", in, out) == 2);
}

BOOST_AUTO_TEST_CASE(segments_prints_encoding_units_and_segments)
{
    BOOST_TEST(printed(run_segments, {"Hello world"}) == "GSM-7 11 1\n");
    BOOST_TEST(printed(run_segments, {"mañana está"}) == "UCS-2 11 1\n");
    BOOST_TEST(printed(run_segments, {""}) == "GSM-7 0 1\n");
    BOOST_TEST(printed(run_segments, {std::string(161, 'a')}) == "GSM-7 161 2\n");
}

BOOST_AUTO_TEST_CASE(segments_reads_all_of_its_input_with_the_line_ends)
{
    BOOST_TEST(printed(run_segments, {}, "Hello\r\nworld\n") == "GSM-7 13 1\n");
    BOOST_TEST(printed(run_segments, {}, "") == "GSM-7 0 1\n");
}

BOOST_AUTO_TEST_CASE(segments_refuses_a_second_argument)
{
    BOOST_TEST(printed(run_segments, {"Hello", "world"}) ==
               "segments takes one text: put it in quotation marks\nstatus 2");
}

BOOST_AUTO_TEST_SUITE_END()
