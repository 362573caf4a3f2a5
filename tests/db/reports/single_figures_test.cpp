#include "db/reports/reports.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/report_data.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    boost::asio::io_context context;
    db::SingleFigures single_figures{context.get_executor(), database};

    // Empty when the totals are what the messages say.
    std::string faults()
    {
        return postgres.value(R"sql(
with counted as (
    select message_day(id) as day, status, coalesce(error_code, 0) as error_code, count(*) as messages,
           count(accepted_at) as accepted, coalesce(sum(segments) filter (where accepted_at is not null), 0) as accepted_segments,
           coalesce(sum(segments * price_per_segment) filter (where accepted_at is not null), 0) as cost,
           count(price_micros) as priced, coalesce(sum(price_micros), 0) as price_micros
      from messages where campaign_id is null group by 1, 2, 3
), reported as (
    select day, status, error_code, sum(messages) as messages, sum(accepted) as accepted,
           sum(accepted_segments) as accepted_segments, sum(cost) as cost, sum(priced) as priced,
           sum(price_micros) as price_micros
      from single_rows group by 1, 2, 3
)
select coalesce(string_agg(t::text || ' but rows say ' || c::text, '; '), '')
  from counted c full join (select * from reported where messages <> 0) t using (day, status, error_code)
 where (c.messages, c.accepted, c.accepted_segments, c.cost, c.priced, c.price_micros)
       is distinct from (t.messages, t.accepted, t.accepted_segments, t.cost, t.priced, t.price_micros))sql");
    }
    std::int64_t notes() { return postgres.number("select count(*) from single_moves"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(single_figures, Fixture)

BOOST_AUTO_TEST_CASE(the_figures_are_right_before_and_after_they_are_folded)
{
    test::fill(postgres);
    BOOST_TEST(faults() == "");
    BOOST_TEST(notes() == 900); // 300 made, and 300 moved from one state to another
    test::run(single_figures.fold());
    BOOST_TEST(notes() == 0);
    BOOST_TEST(faults() == "");
    postgres.exec(
        "update messages set status = 'delivered', segments = 3 where campaign_id is null and status = 'sent'");
    BOOST_TEST(faults() == "");
    test::run(single_figures.fold());
    BOOST_TEST(faults() == "");
}

BOOST_AUTO_TEST_CASE(messages_of_campaigns_leave_no_notes)
{
    test::make_campaign(postgres, 5);
    postgres.exec("update messages set status = 'delivered'");
    BOOST_TEST(notes() == 0);
}

BOOST_AUTO_TEST_CASE(two_processes_that_fold_at_once_count_nothing_twice)
{
    test::fill(postgres, {.campaigns = 1, .messages = 100, .largest = 100, .singles = 1'000});
    db::Database other_database{postgres.options()};
    db::SingleFigures other(context.get_executor(), other_database);
    test::asio::co_spawn(context, single_figures.fold(), test::asio::detached);
    test::asio::co_spawn(context, other.fold(), test::asio::detached);
    context.run();
    BOOST_TEST(notes() == 0);
    BOOST_TEST(faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
