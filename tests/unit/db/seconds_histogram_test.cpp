#include "db/types/seconds_histogram.hpp"

#include <boost/test/unit_test.hpp>

using waybill::db::SecondsHistogram;

BOOST_AUTO_TEST_SUITE(seconds_histogram)

BOOST_AUTO_TEST_CASE(a_percentile_is_the_middle_of_the_bucket_in_which_it_lies)
{
    SecondsHistogram histogram;
    BOOST_TEST(histogram.percentile(0.5) == 0.0);
    histogram.add(0, 50);  // 0.1 s
    histogram.add(48, 49); // 0.1 * 1.1^48 = 9.7 s to 10.7 s
    histogram.add(97, 1);  // 1036 s to 1140 s
    BOOST_TEST(histogram.count() == 100);
    BOOST_TEST(histogram.percentile(0.5) == 0.1);
    BOOST_TEST(histogram.percentile(0.51) == 10.2);
    BOOST_TEST(histogram.percentile(0.99) == 10.2);
    BOOST_TEST(histogram.percentile(1) == 1086.6, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(what_was_taken_back_does_not_count)
{
    SecondsHistogram histogram, other;
    histogram.add(0, 1);
    histogram.add(0, -1);
    BOOST_TEST(histogram.percentile(0.5) == 0.0);
    other.add(10, 2);
    histogram.add(other);
    BOOST_TEST(histogram.count() == 2);
    BOOST_TEST(histogram.percentile(0.5) == other.percentile(0.5));
}

BOOST_AUTO_TEST_SUITE_END()
