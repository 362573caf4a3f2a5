#include "server/text/time_zones.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using waybill::text::zone_instead_of;

BOOST_AUTO_TEST_SUITE(time_zone_names)

BOOST_AUTO_TEST_CASE(abbreviations_have_a_zone_to_use_instead)
{
    const auto check = [](std::string_view name, std::string_view zone) {
        BOOST_TEST(zone_instead_of(name).value_or("none") == zone, name);
    };
    check("EST", "America/New_York");
    check("est5edt", "America/New_York");
    check("CST", "America/Chicago");
    check("MST", "America/Denver");
    check("MST7MDT", "America/Denver");
    check("PST8PDT", "America/Los_Angeles");
    check("HST", "Pacific/Honolulu");
    check("CET", "Europe/Paris");
    check("GMT", "Europe/London");
    check("posix/EST", "America/New_York");
    check("right/Europe/Rome", "Europe/Rome");
    check("Etc/GMT+5", "Europe/Rome");
    check("UTC+2", "Europe/Rome");
    check("localtime", "Europe/Rome");
}

BOOST_AUTO_TEST_CASE(other_names_are_left_to_the_time_zone_database)
{
    for (const std::string_view name : {"Europe/Rome", "America/New_York", "America/Argentina/Buenos_Aires", "UTC",
                                        "Etc/UTC", "US/Eastern", "Japan", "Mars", ""})
        BOOST_TEST(!zone_instead_of(name).has_value(), name);
}

BOOST_AUTO_TEST_SUITE_END()
