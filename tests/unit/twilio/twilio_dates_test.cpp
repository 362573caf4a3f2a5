#include "server/twilio/reply_body.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(twilio_dates)

BOOST_AUTO_TEST_CASE(a_date_of_a_record_is_read_in_any_zone)
{
    const auto expected = std::chrono::sys_days(std::chrono::year(2023) / 8 / 24) + 5h + 1min + 45s;
    for (const char* text :
         {"Thu, 24 Aug 2023 05:01:45 +0000", "Thu, 24 Aug 2023 07:01:45 +0200", "Wed, 23 Aug 2023 21:31:45 -0730"})
        BOOST_TEST((twilio::parse_rfc2822(text) == expected), text);
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_date)
{
    for (const char* text :
         {"", "Thu, 24 Aug 2023 05:01:45", "Thu, 24 Aug 2023 05:01:45 +0000 or so", "2023-08-24T05:01:45Z"})
        BOOST_TEST(!twilio::parse_rfc2822(text), text);
}

BOOST_AUTO_TEST_CASE(a_day_is_written_in_utc)
{
    BOOST_TEST(twilio::to_date(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 23h + 59min) == "2026-03-01");
}

BOOST_AUTO_TEST_SUITE_END()
