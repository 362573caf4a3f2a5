#include "server/text/money.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace waybill::text;
BOOST_AUTO_TEST_SUITE(money)

BOOST_AUTO_TEST_CASE(amounts_have_four_places)
{
    BOOST_TEST(dollars(0) == "0.0000");
    BOOST_TEST(dollars(75) == "0.0075");
    BOOST_TEST(dollars(225) == "0.0225");
    BOOST_TEST(dollars(10'000) == "1.0000");
    BOOST_TEST(dollars(123'456'789) == "12345.6789");
    BOOST_TEST(dollars(std::numeric_limits<std::int64_t>::max()) == "922337203685477.5807");
}

BOOST_AUTO_TEST_CASE(amounts_are_read_as_they_are_written)
{
    const std::pair<std::string_view, std::int64_t> amounts[] = {
        {"0.0075", 75},
        {"0.0225", 225},
        {"12", 120'000},
        {"12.5", 125'000},
        {"0", 0},
        {"007.10", 71'000},
        {"922337203685477.5807", std::numeric_limits<std::int64_t>::max()}};
    for (const auto& [text, amount] : amounts)
        BOOST_TEST(parse_dollars(text).value() == amount, text);
}

BOOST_AUTO_TEST_CASE(what_is_no_amount_is_refused)
{
    for (std::string_view text : {"", ".", "1.", ".5", "-1", "+1", "$1", "1,5", "1e3", " 1", "1 ", "0.00075", "1.2.3",
                                  "one", "922337203685477.5808", "99999999999999999999"})
        BOOST_TEST(!parse_dollars(text), text);
}

BOOST_AUTO_TEST_CASE(percentages_round_half_up)
{
    BOOST_TEST(percent(2, 3) == "67%");
    BOOST_TEST(percent(1, 3) == "33%");
    BOOST_TEST(percent(1, 200) == "1%");
    BOOST_TEST(percent(1, 201) == "0%");
    BOOST_TEST(percent(3, 3) == "100%");
    BOOST_TEST(percent(199, 200) == "100%");
    BOOST_TEST(percent(0, 5) == "0%");
    BOOST_TEST(percent(0, 0) == "0%");
    BOOST_TEST(percent(10'000'000'000'000, 10'000'000'000'000) == "100%");
}

BOOST_AUTO_TEST_SUITE_END()
