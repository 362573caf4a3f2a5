#include "db/reports/reports.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/report_data.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using namespace std::chrono;
using namespace std::chrono_literals;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Reports reports{database, database};

    db::Timeline timeline(const std::string& id = "data-1") { return test::run(reports.timeline(id)).value(); }
    static db::TimelinePoint sum(const db::Timeline& timeline)
    {
        db::TimelinePoint all = timeline.later.value_or(db::TimelinePoint{});
        for (const db::TimelinePoint& point : timeline.points) {
            all.accepted += point.accepted;
            all.sent += point.sent;
            all.delivered += point.delivered;
            all.undelivered += point.undelivered;
            all.failed += point.failed;
        }
        return all;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(timelines, Fixture)

BOOST_AUTO_TEST_CASE(a_timeline_holds_every_message_once)
{
    test::fill(postgres);
    const db::Timeline reported = timeline();
    BOOST_TEST(!reported.estimated);
    BOOST_TEST(!reported.later.has_value());
    BOOST_TEST(reported.bucket.count() ==
               1); // a thousand messages at a hundred a second, and eleven seconds for the last
    const db::TimelinePoint all = sum(reported);
    BOOST_TEST(all.accepted == 960);
    BOOST_TEST(all.sent == 960);
    BOOST_TEST(all.delivered == 890);
    BOOST_TEST(all.undelivered == 60);
    BOOST_TEST(all.failed == 20);
    const auto start = sys_days(2026y / 3 / 31) + 10h;
    BOOST_TEST((reported.points.front().at == start));
    BOOST_TEST((reported.points.back().at == start + 20s));
    BOOST_TEST(reported.points.at(5).accepted == 96);
}

BOOST_AUTO_TEST_CASE(its_lag_is_that_of_every_delivery)
{
    test::fill(postgres);
    std::int64_t deliveries = 0;
    const db::Timeline reported = timeline();
    for (const db::LagBucket& bucket : reported.lag)
        deliveries += bucket.count;
    BOOST_TEST(deliveries == 890);
    BOOST_TEST(reported.lag.size() == 10U);
    BOOST_TEST(reported.lag.front().seconds == 2.111, boost::test_tools::tolerance(1e-9)); // two seconds are below
    BOOST_TEST(reported.lag.back().seconds == 11.739, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_long_campaign_gets_at_most_120_wider_buckets)
{
    test::fill(postgres);
    postgres.exec("update messages set accepted_at = accepted_at + row_number * interval '1 minute', "
                  "sent_at = sent_at + row_number * interval '1 minute', "
                  "completed_at = completed_at + row_number * interval '1 minute'");
    const db::Timeline reported = timeline();
    BOOST_TEST(reported.bucket.count() == 600);
    BOOST_TEST(reported.points.size() == 100U);
    BOOST_TEST(sum(reported).delivered == 890);
}

BOOST_AUTO_TEST_CASE(stragglers_do_not_squeeze_all_the_others_into_one_bar)
{
    test::fill(postgres);
    postgres.exec("update messages set completed_at = completed_at + interval '2 days' where row_number in (17, 18)");
    const db::Timeline reported = timeline();
    BOOST_TEST(reported.bucket.count() == 1);
    BOOST_TEST(reported.points.size() == 21U);
    BOOST_REQUIRE(reported.later.has_value());
    BOOST_TEST(reported.later->delivered == 2);
    BOOST_TEST(sum(reported).delivered == 890);
}

BOOST_AUTO_TEST_CASE(of_a_large_campaign_as_many_messages_are_read_and_the_rest_is_estimated)
{
    test::fill(postgres, {.campaigns = 3, .messages = 1'000, .largest = 120'000, .singles = 100});
    const db::Timeline reported = timeline();
    BOOST_TEST(reported.estimated);
    const db::TimelinePoint all = sum(reported);
    BOOST_TEST(double(all.accepted) == 115'200, boost::test_tools::tolerance(0.01));
    BOOST_TEST(double(all.delivered) == 106'800, boost::test_tools::tolerance(0.01));
    BOOST_TEST(reported.points.size() > 60U);
    BOOST_TEST(double(reported.points.at(40).accepted) == reported.bucket.count() * 96.0,
               boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(a_campaign_without_any_receipt_has_an_empty_timeline)
{
    test::make_campaign(postgres, 2);
    const db::Timeline reported = timeline("sms_1_test01");
    BOOST_TEST(reported.points.empty());
    BOOST_TEST(reported.lag.empty());
    BOOST_TEST(!test::run(reports.timeline("sms_1_nobody")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
