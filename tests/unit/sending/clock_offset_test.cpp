#include "server/sending/clock_offset.hpp"

#include <boost/test/unit_test.hpp>

using waybill::sending::ClockOffset;
using namespace std::chrono_literals;

namespace
{

using DbTime = waybill::db::Time;

const DbTime said = DbTime() + 1'700'000'000s;
const ClockOffset::Steady here = ClockOffset::Steady() + 5'000s;

long long error_us(const ClockOffset& clock, DbTime time, ClockOffset::Steady expected)
{
    return std::chrono::round<std::chrono::microseconds>(clock.to_steady(time) - expected).count();
}

} // namespace

BOOST_AUTO_TEST_SUITE(clock_offset)

BOOST_AUTO_TEST_CASE(the_reading_that_came_least_late_counts)
{
    ClockOffset clock;
    clock.observe(said, here + 9ms);
    BOOST_TEST(error_us(clock, said, here) == 9'000);
    clock.observe(said + 1s, here + 1s + 1ms);
    clock.observe(said + 2s, here + 2s + 40ms);
    BOOST_TEST(error_us(clock, said + 3s, here + 3s) == 1'000);
}

BOOST_AUTO_TEST_CASE(there_and_back_is_the_same_time)
{
    ClockOffset clock;
    clock.observe(said, here + 2ms);
    BOOST_CHECK(clock.to_database(clock.to_steady(said + 7s)) == said + 7s);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_forward_is_followed_at_once_and_one_that_is_set_back_soon)
{
    ClockOffset clock;
    clock.observe(said, here);
    clock.observe(said + 1h, here + 1s);
    BOOST_TEST(error_us(clock, said + 1h, here + 1s) == 0);
    for (int i = 0; i < 64; ++i)
        clock.observe(said + 10s + i * 1s, here + 10s + i * 1s);
    BOOST_TEST(error_us(clock, said + 100s, here + 100s) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
