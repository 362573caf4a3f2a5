#include "server/tracking/receipt_keeper.hpp"

#include "db/postgres/transaction.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <functional>

namespace
{

using namespace waybill;
using test::receipt;

struct Fixture
{
    test::TestDatabase postgres;
    test::TestDirectory directory;
    boost::asio::io_context context{1};
    db::Database database{postgres.options()};
    db::Journal journal{directory.path(), 1 << 20};
    tracking::ReceiptKeeper keeper{context.get_executor(), db::ReceiptStore(database, test::account_sid), journal,
                                   std::chrono::milliseconds(300)};
    config::BackgroundTask replay = keeper.replay_task();

    Fixture() { test::run(context, journal.open()); }
    ~Fixture()
    {
        replay.stop();
        context.restart();
        context.run_for(std::chrono::seconds(10));
    }

    void keep(const db::Receipt& one) { test::run(context, keeper.keep(one)); }

    // Runs the loop until the condition holds; fails after ten seconds.
    void run_until(const std::function<bool()>& condition)
    {
        context.restart();
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition() && std::chrono::steady_clock::now() < deadline)
            context.run_one_for(std::chrono::milliseconds(50));
        BOOST_REQUIRE(condition());
    }
    void start_replay() { boost::asio::co_spawn(context, replay.run(), boost::asio::detached); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(receipts, Fixture)

BOOST_AUTO_TEST_CASE(a_receipt_is_in_postgresql_when_its_write_completes)
{
    test::make_campaign(postgres, 1);
    keep(receipt(test::message_ids(postgres)[0], "delivered"));
    BOOST_TEST(postgres.value("select status from messages") == "delivered");
    BOOST_TEST(journal.records() == 0);
}

BOOST_AUTO_TEST_CASE(while_postgresql_is_away_receipts_go_to_the_journal_and_are_replayed_when_it_is_back)
{
    test::make_campaign(postgres, 3);
    const auto ids = test::message_ids(postgres);
    postgres.go_away();
    for (const auto id : ids)
        keep(receipt(id, "sent"));
    keep(receipt(ids[0], "delivered"));
    BOOST_TEST(journal.records() == 4);
    BOOST_TEST(keeper.journaling());
    start_replay();
    postgres.come_back();
    run_until([&] { return journal.records() == 0; });
    BOOST_TEST(!keeper.journaling());
    BOOST_TEST(postgres.value("select string_agg(status::text, ',' order by id) from messages") ==
               "delivered,sent,sent");
    BOOST_TEST(postgres.number("select count(*) from message_history") == 4);
    BOOST_TEST(postgres.counter_faults() == "");
    keep(receipt(ids[1], "delivered"));
    BOOST_TEST(journal.records() == 0);
}

BOOST_AUTO_TEST_CASE(a_commit_that_is_too_slow_goes_to_the_journal_and_counts_once)
{
    test::make_campaign(postgres, 1);
    const auto id = test::message_ids(postgres)[0];
    pqxx::connection other(postgres.url());
    pqxx::work blocking(other);
    blocking.exec("lock table messages");
    keep(receipt(id, "delivered"));
    BOOST_TEST(journal.records() == 1);
    blocking.abort();
    start_replay();
    run_until([&] { return journal.records() == 0 && keeper.counters().kept + keeper.counters().repeated == 2; });
    BOOST_TEST(postgres.number("select count(*) from message_history") == 1);
    BOOST_TEST(postgres.value("select status from messages") == "delivered");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(what_an_earlier_process_left_in_the_journal_is_replayed)
{
    test::make_campaign(postgres, 1);
    const auto id = test::message_ids(postgres)[0];
    const std::vector<db::Receipt> left{receipt(id, "sent"), receipt(id, "undelivered", 30003)};
    test::run(context, journal.append(left, nullptr));
    start_replay();
    run_until([&] { return journal.records() == 0; });
    BOOST_TEST(postgres.value("select status || ' ' || error_code from messages") == "undelivered 30003");
}

BOOST_AUTO_TEST_CASE(a_receipt_that_postgresql_refuses_does_not_hold_up_the_replay_of_the_others)
{
    test::make_campaign(postgres, 3);
    const auto ids = test::message_ids(postgres);
    std::vector<db::Receipt> left;
    for (const auto id : ids)
        left.push_back(receipt(id, "delivered"));
    left[1].extra_json = "{broken";
    test::run(context, journal.append(left, nullptr));
    start_replay();
    run_until([&] { return journal.records() == 0; });
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'delivered'") == 2);
    BOOST_TEST(keeper.counters().set_aside == 1U);
}

BOOST_AUTO_TEST_CASE(poisoned_receipts_in_a_batch_of_a_thousand_fail_alone)
{
    test::make_campaign(postgres, 1000);
    int refused = 0, stored = 0;
    const auto write_one = [&](db::Receipt one) -> boost::asio::awaitable<void> {
        try {
            co_await keeper.keep(std::move(one));
            ++stored;
        }
        catch (const db::DataError&) {
            ++refused;
        }
    };
    int place = 0;
    for (const auto id : test::message_ids(postgres)) {
        db::Receipt one = receipt(id, "delivered");
        if (place == 100) one.extra_json = "not json";
        if (place == 500) one.status = std::string("deliv\0ered", 10);
        if (place == 900) one.extra_json = R"({"name":"\u0000"})";
        ++place;
        boost::asio::co_spawn(context, write_one(std::move(one)), boost::asio::detached);
    }
    run_until([&] { return refused + stored == 1000; });
    BOOST_TEST(refused == 3);
    BOOST_TEST(postgres.number("select count(*) from message_history") == 997);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
