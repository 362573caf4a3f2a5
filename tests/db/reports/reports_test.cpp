#include "db/reports/reports.hpp"

#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/report_data.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using namespace std::chrono;

// 48 hundreds of campaigns' messages in 20 campaigns on 10 days, two on each, and 3 hundreds of single ones.
struct Fixture
{
    Fixture() { test::fill(postgres); }

    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Reports reports{database, database};
    const sys_days last = 2026y / 3 / 31;

    db::Overview overview(int days_) { return test::run(reports.overview(last - days(days_ - 1), last)); }
    std::string line(const std::string& columns, const std::string& view)
    {
        return postgres.value("select concat_ws(' ', " + columns + ") from report." + view);
    }
    std::vector<std::string> views()
    {
        return postgres.column("select c.relname from pg_class c where c.relkind = 'v' "
                               "and c.relnamespace = 'report'::regnamespace order by 1");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reports, Fixture)

BOOST_AUTO_TEST_CASE(the_data_of_these_tests_adds_up)
{
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_campaign_has_its_known_figures)
{
    BOOST_TEST(
        line("name, status, day, created_at, messages, pending, sending, unknown, queued, sent, delivered, read, "
             "undelivered, failed, canceled",
             "campaigns where campaign_id = 'data-1'") ==
        "Campaign 1 completed 2026-03-31 2026-03-31 10:00:00 1000 0 0 10 0 10 890 10 60 20 10");
    BOOST_TEST(
        line("accepted, delivery_rate, segments, accepted_segments, price_per_segment, estimated_cost, cost, priced, "
             "twilio_cost, final_by_receipt, replies, opt_outs",
             "campaigns where campaign_id = 'data-1'") ==
        "960 0.9271 1100 1060 0.0075 8.2500 7.9500 950 7.8750 950 8 2");
}

BOOST_AUTO_TEST_CASE(a_day_has_its_known_figures_single_messages_among_them)
{
    // Campaigns 2 and 12, two hundreds each, and 30 of the single messages.
    BOOST_TEST(
        line("campaigns, simulated_campaigns, messages, pending + queued, accepted_segments, cost, replies, opt_outs",
             "days where day = '2026-03-30'") == "2 0 430 0 454 3.4800 4 0");
    BOOST_TEST(line("messages, cost", "costs_by_day where day = '2026-03-30'") == "430 3.4800");
}

BOOST_AUTO_TEST_CASE(days_add_up_to_all_messages)
{
    db::DayFigures sum;
    for (const db::DayFigures& day : overview(10).days) {
        sum.messages += day.messages;
        sum.delivered += day.delivered;
        sum.accepted += day.accepted;
        sum.cost += day.cost;
        sum.replies += day.replies;
        sum.opt_outs += day.opt_outs;
        BOOST_TEST(day.messages == day.pending + day.unknown + day.queued + day.sent + day.delivered + day.undelivered +
                                       day.failed + day.canceled);
    }
    BOOST_TEST(sum.messages == 5100);
    BOOST_TEST(sum.messages == postgres.number("select count(*) from messages"));
    BOOST_TEST(sum.delivered == 51 * 89);
    BOOST_TEST(sum.accepted == postgres.number("select count(accepted_at) from messages"));
    BOOST_TEST(sum.cost == 48 * 106 * 75 + 3 * 106 * 100);
    BOOST_TEST(sum.replies == postgres.number("select count(*) from inbound_messages where keyword is null"));
    BOOST_TEST(sum.opt_outs == postgres.number("select count(*) from inbound_messages where keyword = 'stop'"));
}

BOOST_AUTO_TEST_CASE(an_overview_has_the_days_of_its_period_only)
{
    const db::Overview two = overview(2);
    BOOST_REQUIRE(two.days.size() == 2U);
    BOOST_TEST((two.days[1].day == last));
    BOOST_TEST(two.days[1].campaigns == 2);
    BOOST_TEST(two.days[1].messages == 1'230);
    BOOST_TEST(two.errors.at(0).code == 30003);
    BOOST_TEST(test::run(reports.overview(last + days(1), last + days(1))).days.empty());
}

BOOST_AUTO_TEST_CASE(errors_are_the_messages_that_failed)
{
    const db::Overview all = overview(10);
    BOOST_REQUIRE(all.errors.size() == 3U);
    BOOST_TEST(all.errors[0].code == 30003);
    BOOST_TEST(all.errors[0].count == 51 * 4);
    BOOST_TEST(all.errors[1].code == 21211);
    BOOST_TEST(all.errors[1].count == 51 * 2);
    BOOST_TEST(all.errors[2].count == 51 * 2);
    BOOST_TEST(line("sum(messages)", "errors") ==
               postgres.value("select count(*) from messages where status in ('failed', 'undelivered')"));
}

BOOST_AUTO_TEST_CASE(every_view_tells_the_same_of_a_campaign)
{
    BOOST_TEST(line("count(*), count(*) filter (where status in ('delivered', 'read')), sum(cost), sum(twilio_price)",
                    "messages where campaign_id = 'data-1'") == "1000 890 7.9500 7.875000");
    BOOST_TEST(line("sum(accepted), sum(sent), sum(delivered), sum(undelivered), sum(failed), sum(canceled)",
                    "delivery_by_hour where campaign_id = 'data-1'") == "960 960 890 60 20 10");
    BOOST_TEST(line("hour", "delivery_by_hour where campaign_id = 'data-1'") == "2026-03-31 10:00:00");
    BOOST_TEST(line("sum(messages)", "errors where campaign_id = 'data-1'") == "80");
    BOOST_TEST(line("accepted, delivered, replies, opt_outs, reply_rate", "engagement where campaign_id = 'data-1'") ==
               "960 890 8 2 0.0083");
    BOOST_TEST(line("count(*), count(*) filter (where status = 'unknown')",
                    "open_messages where campaign_id = 'data-1'") == "20 10");
    BOOST_TEST(line("sum(deliveries), min(seconds_from), max(seconds_below)",
                    "receipt_lag where campaign_id = 'data-1'") == "890 1.919 11.739");
}

BOOST_AUTO_TEST_CASE(every_view_tells_the_same_of_single_messages)
{
    BOOST_TEST(line("count(*), sum(cost)", "messages where campaign_id is null") == "300 3.1800");
    BOOST_TEST(line("sum(accepted), sum(delivered), sum(replies)", "engagement where campaign_id is null") ==
               "288 267 3");
    BOOST_TEST(line("sum(messages)", "errors where campaign_id is null") == "24");
    BOOST_TEST(line("count(*)", "open_messages where campaign_id is null") == "6");
    BOOST_TEST(line("sum(delivered)", "delivery_by_hour where campaign_id is null") == "267");
}

BOOST_AUTO_TEST_CASE(times_are_UTC_whatever_the_session_says)
{
    BOOST_TEST(
        postgres.value("set time zone 'Asia/Tokyo'; select concat_ws(' ', day, created_at) from report.campaigns "
                       "where campaign_id = 'data-1'") == "2026-03-31 2026-03-31 10:00:00");
    BOOST_TEST(postgres.value("set time zone 'Asia/Tokyo'; select min(hour) from report.delivery_by_hour "
                              "where campaign_id = 'data-1'") == "2026-03-31 10:00:00");
}

BOOST_AUTO_TEST_CASE(a_scheduled_campaign_stands_on_the_day_on_which_it_starts)
{
    test::make_campaign(postgres, 1);
    postgres.exec("update campaigns set send_at = created_at + interval '3 days' where public_id = 'sms_1_test01'");
    BOOST_TEST(line("day = ((now() + interval '3 days') at time zone 'UTC')::date, status",
                    "campaigns where campaign_id = 'sms_1_test01'") == "t scheduled");
    postgres.exec("update campaigns set send_at = created_at - interval '3 days' where public_id = 'sms_1_test01'");
    BOOST_TEST(line("day = (now() at time zone 'UTC')::date", "campaigns where campaign_id = 'sms_1_test01'") == "t");
}

BOOST_AUTO_TEST_CASE(every_view_and_every_column_says_what_it_is)
{
    BOOST_TEST(views().size() == 12U);
    BOOST_TEST(
        postgres.value("select string_agg(c.relname || coalesce('.' || a.attname, ''), ', ') from pg_class c "
                       "left join lateral (select 0 as attnum, null as attname union all "
                       "select attnum, attname from pg_attribute where attrelid = c.oid and attnum > 0) a on true "
                       "where c.relnamespace = 'report'::regnamespace "
                       "and coalesce(col_description(c.oid, nullif(a.attnum, 0)), "
                       "case when a.attnum = 0 then obj_description(c.oid, 'pg_class') end, '') = ''") == "");
    BOOST_TEST(postgres.value("select obj_description('report'::regnamespace, 'pg_namespace') is not null") == "t");
}

BOOST_AUTO_TEST_CASE(numbers_are_masked_in_every_view_but_one)
{
    const std::string number = postgres.value("select recipient from messages where campaign_id is not null limit 1");
    for (const std::string& view : views()) {
        BOOST_TEST_CONTEXT(view)
        BOOST_TEST((postgres.number("select count(*) from report." + view + " as v where v::text like '%" +
                                    number.substr(1) + "%'") > 0) == (view == "messages_with_numbers"));
    }
    BOOST_TEST(line("recipient", "messages where campaign_id = 'data-1' and row_number = 7") == "+1200***0007");
    BOOST_TEST(postgres.value("select masked_number('+4930123456')") == "***");
}

BOOST_AUTO_TEST_CASE(who_may_read_reports_reads_nothing_else)
{
    const auto may = [this](const std::string& role, const std::string& sql) {
        try {
            postgres.exec("set role " + role + "; " + sql);
            return true;
        }
        catch (const std::exception&) {
            return false;
        }
    };
    for (const std::string& view : views()) {
        BOOST_TEST_CONTEXT(view)
        {
            const bool numbers = view == "messages_with_numbers";
            const bool audit = view == "audit"; // for administrators
            BOOST_TEST(may("waybill_reports", "select * from report." + view) == (!numbers && !audit));
            BOOST_TEST(may("waybill_reports_numbers", "select * from report." + view) == numbers);
            BOOST_TEST(!may("waybill_reports", "delete from report." + view));
        }
    }
    for (const char* table :
         {"messages", "campaigns", "opt_outs", "inbound_messages", "single_rows", "schema_migrations"})
        BOOST_TEST(!may("waybill_reports", std::string("select * from ") + table), table);
}

BOOST_AUTO_TEST_SUITE_END()
