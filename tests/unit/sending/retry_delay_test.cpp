#include "server/sending/outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using waybill::sending::retry_delay;
using namespace std::chrono_literals;

namespace
{

constexpr double nearly_one = 0.999999999;

long long longest(int attempt)
{
    return std::chrono::round<std::chrono::milliseconds>(retry_delay(attempt, std::nullopt, nearly_one) + 1ms).count();
}

} // namespace

BOOST_AUTO_TEST_SUITE(retry_delays)

BOOST_AUTO_TEST_CASE(the_backoff_doubles_up_to_thirty_seconds)
{
    const long long expected[] = {500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000};
    for (int attempt = 1; attempt <= 8; ++attempt)
        BOOST_TEST(longest(attempt) == expected[attempt - 1]);
    BOOST_TEST(longest(1'000'000) == 30'000);
    BOOST_TEST(longest(std::numeric_limits<int>::max()) == 30'000);
}

BOOST_AUTO_TEST_CASE(the_jitter_is_full)
{
    BOOST_TEST(retry_delay(1, std::nullopt, 0).count() == 0);
    BOOST_TEST(retry_delay(1, std::nullopt, 0.5).count() == 250);
    BOOST_TEST(retry_delay(10, std::nullopt, 0.5).count() == 15'000);
}

BOOST_AUTO_TEST_CASE(a_wait_is_never_shorter_than_retry_after)
{
    BOOST_TEST(retry_delay(1, 7s, 0).count() == 7'000);
    BOOST_TEST(retry_delay(1, 7s, 0.5).count() == 7'250);
    BOOST_TEST(retry_delay(1, 3600s, 0).count() == 3'600'000);
    BOOST_TEST(retry_delay(3, 0s, 0.5).count() == 1'000);
}

BOOST_AUTO_TEST_CASE(absurd_values_stay_in_bounds)
{
    BOOST_TEST(retry_delay(1, -5s, 0).count() == 0);
    BOOST_TEST(retry_delay(0, std::nullopt, 0.5).count() == 250);
    BOOST_TEST(retry_delay(1, std::chrono::seconds::max(), 0).count() == 86'400'000);
}

BOOST_AUTO_TEST_SUITE_END()
