#include "server/sending/rate_limit.hpp"

#include <boost/test/unit_test.hpp>

using waybill::sending::RateLimit;
using namespace std::chrono_literals;

namespace
{

const RateLimit::Time start = RateLimit::Time() + 1000s;

// Milliseconds after the start.
long long leaves(RateLimit& limit, std::chrono::milliseconds now, int segments = 1)
{
    return std::chrono::round<std::chrono::milliseconds>(limit.reserve(start + now, segments) - start).count();
}

} // namespace

BOOST_AUTO_TEST_SUITE(rate_limit)

BOOST_AUTO_TEST_CASE(messages_are_evenly_spaced)
{
    RateLimit limit(10);
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(leaves(limit, 0ms) == i * 100);
}

BOOST_AUTO_TEST_CASE(a_message_of_n_segments_takes_n_slots)
{
    RateLimit limit(10);
    BOOST_TEST(leaves(limit, 0ms, 3) == 0);
    BOOST_TEST(leaves(limit, 0ms, 1) == 300);
    BOOST_TEST(leaves(limit, 0ms, 2) == 400);
    BOOST_TEST(leaves(limit, 0ms, 1) == 600);
}

BOOST_AUTO_TEST_CASE(idle_time_earns_no_burst)
{
    RateLimit limit(10);
    BOOST_TEST(leaves(limit, 0ms) == 0);
    BOOST_TEST(leaves(limit, 10'000ms) == 10'000);
    BOOST_TEST(leaves(limit, 10'000ms) == 10'100);
    BOOST_TEST(leaves(limit, 10'150ms) == 10'200);
}

BOOST_AUTO_TEST_CASE(a_rate_below_one_a_second_works)
{
    RateLimit limit(0.5);
    BOOST_TEST(leaves(limit, 0ms) == 0);
    BOOST_TEST(leaves(limit, 0ms) == 2000);
}

BOOST_AUTO_TEST_CASE(the_spacing_does_not_drift)
{
    RateLimit limit(3);
    long long last = 0;
    for (int i = 0; i <= 300'000; ++i)
        last = leaves(limit, 0ms);
    BOOST_TEST(last == 100'000'000);
}

BOOST_AUTO_TEST_CASE(a_message_with_a_slot_leaves_in_it)
{
    RateLimit limit(10);
    for (int i = 0; i < 20; ++i) {
        const auto slot = start + i * 100ms;
        BOOST_CHECK(limit.turn(slot) == slot);
        limit.left(slot, slot + 3ms, 1); // a timer is never quite exact: the next one is not put off for it
    }
}

BOOST_AUTO_TEST_CASE(whoever_is_late_keeps_the_distance_instead_of_catching_up)
{
    RateLimit limit(10);
    limit.left(start, start + 500ms, 1);
    BOOST_CHECK(limit.turn(start + 100ms) == start + 595ms);
    limit.left(start + 595ms, start + 595ms, 3);
    BOOST_CHECK(limit.turn(start + 200ms) == start + 895ms);
    BOOST_CHECK(limit.turn(start + 2s) == start + 2s);
}

BOOST_AUTO_TEST_SUITE_END()
