#include "db/reports/reports.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

namespace
{

using namespace waybill;
using namespace std::chrono;

struct LocalDay
{
    const char* zone;
    sys_days day;
    int quarters; // of an hour that it has
};

// Clocks go forward and back there, in Lord Howe by half an hour; Kathmandu is 5:45 ahead of UTC, Honolulu 10:00 behind
// it.
const std::array days_of_zones{
    LocalDay{"Europe/Berlin", 2026y / 3 / 29, 92},
    LocalDay{"Europe/Berlin", 2026y / 10 / 25, 100},
    LocalDay{"America/New_York", 2026y / 3 / 8, 92},
    LocalDay{"America/New_York", 2026y / 11 / 1, 100},
    LocalDay{"Australia/Lord_Howe", 2026y / 4 / 5, 98},
    LocalDay{"Asia/Kathmandu", 2026y / 3 / 29, 96},
    LocalDay{"Pacific/Honolulu", 2026y / 10 / 25, 96},
    LocalDay{"Pacific/Kiritimati", 2026y / 11 / 1, 96},
    LocalDay{"UTC", 2026y / 3 / 8, 96},
};

// In each quarter of an hour from two days before that day until two days after it: a single message, which fails in
// the first quarter of each hour and is answered in the second, and a campaign that starts then, with three messages.
void fill(const test::TestDatabase& postgres, sys_days day)
{
    const std::string first = std::to_string((day - days(2)).time_since_epoch().count());
    postgres.exec("create table quarters as select to_timestamp((" + first +
                  " * 96 + n) * 900) as start, n from generate_series(0, 5 * 96 - 1) as n");
    postgres.exec(R"sql(
insert into messages (id, recipient, customer_name, body, segments, sender, price_per_segment)
select message_id_at(start + interval '14 minutes') | (nextval('message_numbers') & 1073741823), '+1' || 2000000000 + n, '',
       'Hi', 1, '+15005550006', 75
  from quarters;
update messages
   set status = (case when n % 4 = 0 then 'failed' else 'delivered' end)::message_status,
       error_code = case when n % 4 = 0 then 30003 end, accepted_at = start + interval '15 minutes'
  from quarters where recipient = '+1' || 2000000000 + n;
insert into inbound_messages (sid, received_at, from_address, to_address, body, message_id)
select 'SM' || id, start + interval '3 days', recipient, '+15005550006', 'Yes', id
  from quarters join messages on recipient = '+1' || 2000000000 + n
 where n % 4 = 1;
insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, created_at, send_at, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments)
select 'quarter-' || n, 'Each', 'Luigi''s', '20% off', 'SAVE20', 'Hi', 30, '+15005550006', true, 75, 'completed',
       start - (n % 2) * interval '3 days', case when n % 2 = 1 then start end, 'Hi', 3, 0, 0, 0, 3, 3
  from quarters;
insert into campaign_counters (campaign_id, delivered, undelivered, ever_accepted, accepted_segments)
select id, 2, 1, 3, 3 from campaigns;
insert into campaign_tallies (campaign_id, kind, key, count) select id, 'error', 30005, 1 from campaigns)sql");
}

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Reports reports{database, database};
    boost::asio::io_context context;
    db::SingleFigures single_figures{context.get_executor(), database};

    void check(const LocalDay& local)
    {
        const db::Overview day = test::run(reports.overview(local.day, local.day, local.zone));
        BOOST_REQUIRE(day.days.size() == 1U);
        const db::DayFigures& figures = day.days.front();
        BOOST_TEST((figures.day == local.day));
        BOOST_TEST(figures.campaigns == local.quarters);
        BOOST_TEST(figures.simulated_campaigns == local.quarters);
        BOOST_TEST(figures.messages == local.quarters * 4);
        BOOST_TEST(figures.accepted == local.quarters * 4);
        BOOST_TEST(figures.undelivered == local.quarters);
        BOOST_TEST(figures.failed == failed_singles(local));
        BOOST_TEST(figures.messages == figures.delivered + figures.undelivered + figures.failed);
        BOOST_TEST(figures.cost == local.quarters * 4 * 75);
        BOOST_REQUIRE(day.errors.size() == 2U);
        BOOST_TEST(day.errors[0].count == local.quarters);
        BOOST_TEST(day.errors[1].count == figures.failed);
    }
    std::int64_t failed_singles(const LocalDay& local)
    {
        return postgres.number("select count(*) from messages where status = 'failed' and (message_created_at(id) at "
                               "time zone '" +
                               std::string(local.zone) + "')::date = date 'epoch' + " +
                               std::to_string(local.day.time_since_epoch().count()));
    }
    void check_sums(const LocalDay& local)
    {
        db::DayFigures sum;
        for (const db::DayFigures& day :
             test::run(reports.overview(local.day - days(4), local.day + days(4), local.zone)).days) {
            sum.campaigns += day.campaigns;
            sum.messages += day.messages;
            sum.replies += day.replies;
        }
        BOOST_TEST(sum.campaigns == 5 * 96);
        BOOST_TEST(sum.messages == 5 * 96 * 4);
        BOOST_TEST(sum.replies == 5 * 24);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(days_in_zones)

BOOST_AUTO_TEST_CASE(a_day_of_any_zone_has_the_figures_of_its_own_hours_and_days_add_up)
{
    for (const LocalDay& local : days_of_zones) {
        Fixture fixture;
        fill(fixture.postgres, local.day);
        BOOST_TEST_CONTEXT(local.zone)
        {
            fixture.check(local);
            fixture.check_sums(local);
            test::run(fixture.single_figures.fold());
            fixture.check(local);
            fixture.check_sums(local);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(today_is_known_in_zones_that_exist, Fixture)
{
    const auto today = test::run(reports.today_in("Pacific/Kiritimati"));
    BOOST_TEST((today.value() - floor<days>(system_clock::now()) <= days(1)));
    BOOST_TEST(!test::run(reports.today_in("Mars/Base")).has_value());
    BOOST_TEST(!test::run(reports.today_in("'; drop table messages")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
