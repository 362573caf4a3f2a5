#include "server/text/time_zones.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill;

namespace
{

struct Case
{
    std::string_view number, zones;
};

constexpr Case cases[] = {
    {"+12125550100", "America/New_York"},
    {"+13125550100", "America/Chicago"},
    {"+13035550100", "America/Denver"},
    // The Navajo Nation has daylight saving time, the rest of Arizona has not.
    {"+16025550100", "America/Denver&America/Phoenix"},
    {"+12135550100", "America/Los_Angeles"},
    {"+19075550100", "America/Adak&America/Anchorage"},
    {"+18085550100", "Pacific/Honolulu"},
    {"+16715550100", "Pacific/Guam"},
    {"+14165550100", "America/Toronto"},
    {"+17875550100", "America/Puerto_Rico"},
    {"+390612345678", "Europe/Rome"},
    {"+4930123456", "Europe/Berlin"},
    {"+34712345678", "Europe/Madrid"},
    {"+819012345678", "Asia/Tokyo"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(time_zones)

BOOST_AUTO_TEST_CASE(a_number_has_the_zones_of_its_country_and_area_code)
{
    for (const Case& each : cases)
        BOOST_TEST(text::time_zones_of(each.number) == each.zones, each.number);
}

BOOST_AUTO_TEST_CASE(an_area_code_without_a_place_may_belong_to_any_zone_of_its_country)
{
    for (const std::string_view number : {"+18005550100", "+15550100000"}) {
        const std::string zones = "&" + std::string(text::time_zones_of(number)) + "&";
        for (const std::string_view zone : {"America/New_York", "America/Los_Angeles", "Pacific/Honolulu"})
            BOOST_TEST(zones.find("&" + std::string(zone) + "&") != std::string::npos, zones);
    }
}

BOOST_AUTO_TEST_CASE(what_no_country_has_goes_by_universal_time)
{
    for (const std::string_view number : {"+8835100000000", "+999123", "", "+", "12345x"})
        BOOST_TEST(!text::time_zones_of(number).empty(), number);
    BOOST_TEST(text::time_zones_of("+9991234567") == "Etc/UTC");
}

BOOST_AUTO_TEST_CASE(every_row_of_the_table_has_zones_and_prefixes)
{
    BOOST_TEST(text::time_zone_table().size() > 200U);
    for (const text::ZonesOfPrefixes& row : text::time_zone_table()) {
        BOOST_TEST(row.zones.find('/') != std::string_view::npos, row.zones);
        BOOST_TEST(row.prefixes.ends_with(' '), row.prefixes);
        BOOST_TEST(row.prefixes.find_first_not_of("0123456789 ") == std::string_view::npos, row.prefixes);
    }
}

BOOST_AUTO_TEST_SUITE_END()
