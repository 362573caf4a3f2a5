#include "server/access/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;

namespace
{

access::Principal key_with(std::optional<int> requests_per_minute, const std::string& name = "key:shop")
{
    access::Principal principal;
    principal.name = name;
    principal.limits.requests_per_minute = requests_per_minute;
    return principal;
}

const access::RequestRates::Clock::time_point start{};

} // namespace

BOOST_AUTO_TEST_SUITE(access_request_rates)

BOOST_AUTO_TEST_CASE(a_key_without_a_limit_never_waits)
{
    access::RequestRates rates;
    for (int number = 0; number < 1000; ++number)
        BOOST_TEST(!rates.wait_of(key_with(std::nullopt), start).has_value());
}

BOOST_AUTO_TEST_CASE(a_quiet_key_makes_ten_seconds_of_requests_in_a_burst_and_then_its_rate)
{
    access::RequestRates rates;
    for (int number = 0; number < 20; ++number)
        BOOST_TEST(!rates.wait_of(key_with(120), start).has_value());
    BOOST_REQUIRE(rates.wait_of(key_with(120), start).has_value());
    BOOST_TEST(rates.wait_of(key_with(120), start)->count() == 1);
    BOOST_TEST(!rates.wait_of(key_with(120), start + 500ms).has_value());
    BOOST_TEST(rates.wait_of(key_with(120), start + 500ms).has_value());
    int made = 0;
    for (int number = 0; number < 1000; ++number)
        made += rates.wait_of(key_with(120), start + 1h).has_value() ? 0 : 1;
    BOOST_TEST(made == 20);
}

BOOST_AUTO_TEST_CASE(one_request_a_minute_waits_for_a_minute)
{
    access::RequestRates rates;
    BOOST_TEST(!rates.wait_of(key_with(1), start).has_value());
    BOOST_TEST(rates.wait_of(key_with(1), start + 15s)->count() == 45);
    BOOST_TEST(!rates.wait_of(key_with(1), start + 61s).has_value());
}

BOOST_AUTO_TEST_CASE(keys_of_other_names_have_rates_of_their_own)
{
    access::RequestRates rates;
    BOOST_TEST(!rates.wait_of(key_with(1), start).has_value());
    BOOST_TEST(rates.wait_of(key_with(1), start).has_value());
    BOOST_TEST(!rates.wait_of(key_with(1, "key:till"), start).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
