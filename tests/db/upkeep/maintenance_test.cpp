#include "db/upkeep/maintenance.hpp"

#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using test::receipt;

db::Time day(int year, unsigned month, unsigned day)
{
    return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
}

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::ReceiptStore callbacks{database, test::account_sid};
    boost::asio::io_context context{1};
    db::Maintenance maintenance{context.get_executor(), database, 0};

    void tell(db::MessageId id, const std::string& status)
    {
        test::run(callbacks.apply(std::vector{receipt(id, status)}));
    }
    // A message made and claimed in that moment, with its receipt.
    db::MessageId delivered_message(const std::string& moment)
    {
        const std::string campaign = "sms_" + std::to_string(++campaigns) + "_old000";
        test::make_campaign(postgres, 1, campaign);
        const std::string made = "message_id_at('" + moment + "') | " + std::to_string(campaigns);
        postgres.exec(
            "update messages set status = 'sending', claimed_at = '" + moment + "', id = " + made +
            " where status = 'pending'; update campaign_counters set pending = 0, sending = 1 where pending = 1");
        const auto id = test::message_ids(postgres, campaign).front();
        tell(id, "delivered");
        return id;
    }
    std::string months()
    {
        return postgres.value("select string_agg(right(relname, 7), ' ' order by relname) from pg_class "
                              "where relname ~ '^message_history_[0-9_]*$' and relkind = 'r'");
    }
    std::int64_t events() { return postgres.number("select count(*) from message_history"); }
    void drop_all_months() { postgres.exec("select drop_history_partitions('2100-01-01')"); }

    int campaigns = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(maintenance, Fixture)

BOOST_AUTO_TEST_CASE(months_are_made_ahead_and_making_them_again_changes_nothing)
{
    drop_all_months();
    test::run(maintenance.make_partitions(day(2026, 11, 30)));
    BOOST_TEST(months() == "2026_11 2026_12 2027_01 2027_02");
    test::run(maintenance.make_partitions(day(2026, 12, 1)));
    BOOST_TEST(months() == "2026_11 2026_12 2027_01 2027_02 2027_03");
}

BOOST_AUTO_TEST_CASE(an_event_lies_in_the_month_in_which_its_message_was_made)
{
    drop_all_months();
    test::run(maintenance.make_partitions(day(2026, 1, 31)));
    delivered_message("2026-01-31 23:59:59Z");
    delivered_message("2026-02-01 00:00:00Z");
    BOOST_TEST(postgres.number("select count(*) from message_history_2026_01") == 1);
    BOOST_TEST(postgres.number("select count(*) from message_history_2026_02") == 1);
}

BOOST_AUTO_TEST_CASE(a_message_of_a_dropped_month_keeps_its_state_and_its_counters)
{
    test::run(maintenance.make_partitions(day(2026, 1, 1)));
    const auto id = delivered_message("2026-01-15 12:00:00Z");
    const db::Pruned pruned = test::run(maintenance.prune(day(2026, 2, 1)));
    BOOST_TEST(pruned.months == std::vector<std::string>{"message_history_2026_01"});
    BOOST_TEST(pruned.entries == 0);
    BOOST_TEST(events() == 0);
    BOOST_TEST(postgres.value("select status || ' ' || sid from messages") ==
               "delivered SM0000000000000000000000000000000a");
    BOOST_TEST(
        postgres.value("select delivered || ' ' || ever_accepted || ' ' || final_by_receipt from campaign_figures") ==
        "1 1 1");
    BOOST_TEST(postgres.counter_faults() == "");
    tell(id, "read"); // later than that, it is still kept
    BOOST_TEST(postgres.value("select status from messages") == "read");
    BOOST_TEST(events() == 1);
}

BOOST_AUTO_TEST_CASE(within_a_month_the_older_events_are_deleted_and_the_younger_stay)
{
    test::run(maintenance.make_partitions(day(2026, 1, 1)));
    delivered_message("2026-01-10 12:00:00Z");
    delivered_message("2026-02-09 23:59:59Z");
    const auto stays = delivered_message("2026-02-10 00:00:00Z");
    const db::Pruned pruned = test::run(maintenance.prune(day(2026, 2, 10)));
    BOOST_TEST(pruned.months.size() == 1U);
    BOOST_TEST(pruned.entries == 1);
    BOOST_TEST(postgres.value("select string_agg(message_id::text, ' ') from message_history") ==
               std::to_string(stays));
    const db::Pruned again = test::run(maintenance.prune(day(2026, 2, 10)));
    BOOST_TEST(again.months.empty());
    BOOST_TEST(again.entries == 0);
}

BOOST_AUTO_TEST_CASE(more_rows_than_one_transaction_deletes_go_too)
{
    postgres.exec(
        "insert into message_history (message_id, received_at, source, status, fingerprint) "
        "select message_id_at('2020-01-01') + n, now(), 'receipt', 'sent', n from generate_series(1, 25000) as n");
    BOOST_TEST(test::run(maintenance.prune(day(2026, 1, 1))).entries == 25'000);
    BOOST_TEST(events() == 0);
}

BOOST_AUTO_TEST_CASE(stray_receipts_go_by_the_day_on_which_they_came)
{
    tell(17, "sent");
    tell(18, "sent");
    postgres.exec("update stray_receipts set received_at = '2026-01-31 23:59:59Z' where message_id = 17");
    BOOST_TEST(test::run(maintenance.prune(day(2026, 2, 1))).strays == 1);
    BOOST_TEST(postgres.value("select message_id from stray_receipts") == "18");
}

BOOST_AUTO_TEST_CASE(a_month_that_nobody_made_ahead_is_kept_beside_the_others_and_pruned_with_them)
{
    drop_all_months();
    delivered_message("2026-05-05 12:00:00Z");
    test::run(maintenance.make_partitions(day(2026, 5, 6)));
    BOOST_TEST(months() == "2026_06 2026_07 2026_08");
    BOOST_TEST(events() == 1);
    BOOST_TEST(test::run(maintenance.prune(day(2026, 6, 1))).entries == 1);
    test::run(maintenance.make_partitions(day(2026, 5, 31)));
    BOOST_TEST(months() == "2026_05 2026_06 2026_07 2026_08");
}

BOOST_AUTO_TEST_CASE(once_a_day_what_is_older_than_the_retention_goes)
{
    delivered_message("2026-01-15 12:00:00Z");
    test::make_campaign(postgres, 1, "sms_1_young0");
    tell(test::message_ids(postgres, "sms_1_young0").front(), "delivered");
    db::Maintenance daily(context.get_executor(), database, 1);
    const config::BackgroundTask task = daily.task();
    boost::asio::co_spawn(context, task.run(), boost::asio::detached);
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (events() > 1 && std::chrono::steady_clock::now() < deadline)
        context.run_one_for(50ms);
    BOOST_TEST(postgres.value("select string_agg(message_id::text, ' ') from message_history") ==
               std::to_string(test::message_ids(postgres, "sms_1_young0").front()));
    task.stop();
    context.run_for(10s);
    BOOST_TEST(context.stopped()); // it has ended
}

BOOST_AUTO_TEST_SUITE_END()
