#include "server/sending/concurrency.hpp"

#include <boost/test/unit_test.hpp>

using waybill::sending::Concurrency;
using namespace std::chrono_literals;

namespace
{

const Concurrency::Time start = Concurrency::Time() + 1000s;

void succeed(Concurrency& concurrency, int times)
{
    for (int i = 0; i < times; ++i)
        concurrency.succeeded();
}

} // namespace

BOOST_AUTO_TEST_SUITE(concurrency)

BOOST_AUTO_TEST_CASE(it_begins_with_the_most_and_never_exceeds_it)
{
    Concurrency concurrency(50);
    BOOST_TEST(concurrency.limit() == 50);
    succeed(concurrency, 10'000);
    BOOST_TEST(concurrency.limit() == 50);
}

BOOST_AUTO_TEST_CASE(requests_that_are_throttled_together_halve_it_once)
{
    Concurrency concurrency(50);
    for (int i = 0; i < 20; ++i)
        concurrency.throttled(start + i * 10ms);
    BOOST_TEST(concurrency.limit() == 25);
    concurrency.throttled(start + 1'000ms);
    BOOST_TEST(concurrency.limit() == 12);
}

BOOST_AUTO_TEST_CASE(one_is_always_left)
{
    Concurrency concurrency(50);
    for (int i = 0; i < 20; ++i)
        concurrency.throttled(start + i * 1s);
    BOOST_TEST(concurrency.limit() == 1);
    succeed(concurrency, 1);
    BOOST_TEST(concurrency.limit() == 2);
}

BOOST_AUTO_TEST_CASE(as_many_successes_as_it_allows_add_one)
{
    Concurrency concurrency(20);
    concurrency.throttled(start);
    succeed(concurrency, 9);
    BOOST_TEST(concurrency.limit() == 10);
    succeed(concurrency, 1);
    BOOST_TEST(concurrency.limit() == 11);
    succeed(concurrency, 10);
    BOOST_TEST(concurrency.limit() == 11);
    succeed(concurrency, 1);
    BOOST_TEST(concurrency.limit() == 12);
}

BOOST_AUTO_TEST_CASE(an_account_that_allows_thirty_is_used_by_twenty_at_least)
{
    Concurrency concurrency(500);
    int least = 500;
    for (int second = 0; second < 200; ++second) {
        if (concurrency.limit() > 30) concurrency.throttled(start + second * 1s);
        succeed(concurrency, 100);
        if (second > 20) least = std::min(least, concurrency.limit());
    }
    BOOST_TEST(least >= 15);
    BOOST_TEST(concurrency.limit() <= 40);
}

BOOST_AUTO_TEST_SUITE_END()
