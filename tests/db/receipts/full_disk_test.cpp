#include "server/tracking/receipt_keeper.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/small_disk.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>

namespace
{

using namespace waybill;
using test::receipt;

boost::test_tools::assertion_result disks_can_be_made(boost::unit_test::test_unit_id)
{
    return test::SmallDisk(64).is_mounted();
}

// The keeper of a process; another one takes over its journal after a restart.
struct Process
{
    boost::asio::io_context& context;
    db::Database database;
    db::Journal journal;
    tracking::ReceiptKeeper keeper;
    config::BackgroundTask replay = keeper.replay_task();

    Process(boost::asio::io_context& on, const test::TestDatabase& postgres, const test::SmallDisk& disk)
        : context(on),
          database(postgres.options()),
          journal(disk.path() / "journal", 1 << 30),
          keeper(on.get_executor(), db::ReceiptStore(database, test::account_sid), journal, std::chrono::seconds(2))
    {
        test::run(context, journal.open());
    }
    ~Process()
    {
        replay.stop();
        context.restart();
        context.run_for(std::chrono::seconds(10));
    }
    bool keeps(const db::Receipt& one)
    {
        try {
            test::run(context, keeper.keep(one));
            return true;
        }
        catch (const db::Unavailable&) {
            return false;
        }
    }
    void start_replay() { boost::asio::co_spawn(context, replay.run(), boost::asio::detached); }
};

struct Fixture
{
    test::TestDatabase postgres;
    test::SmallDisk disk{2'048};
    boost::asio::io_context context{1};
    std::optional<Process> process;
    db::MessageId message = 0;
    std::int64_t acknowledged = 0;

    Fixture()
    {
        test::make_campaign(postgres, 1);
        message = test::message_ids(postgres)[0];
        start();
    }
    void start()
    {
        process.reset();
        process.emplace(context, postgres, disk);
    }

    // An outage in which the disk fills up.
    void lose_postgres_until_the_disk_is_full()
    {
        postgres.go_away();
        db::Receipt one = receipt(message, "sent");
        for (int i = 0; i < 50; ++i)
            append(one);
        disk.fill();
        while (append(one)) {
        }
    }
    bool append(db::Receipt& one)
    {
        one.idempotency_token = "token " + std::to_string(acknowledged);
        const bool kept = process->keeps(one);
        acknowledged += kept ? 1 : 0;
        return kept;
    }
    void run_until(const std::function<bool()>& condition)
    {
        context.restart();
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition() && std::chrono::steady_clock::now() < deadline)
            context.run_one_for(std::chrono::milliseconds(50));
        BOOST_REQUIRE(condition());
    }
    // No receipt is lost, and new ones go to PostgreSQL, although the disk is as full as before.
    void check_that_everything_arrives()
    {
        process->start_replay();
        run_until([&] { return process->journal.records() == 0 && !process->keeper.journaling(); });
        db::Receipt one = receipt(message, "delivered");
        BOOST_TEST(append(one));
        BOOST_TEST(process->journal.records() == 0);
        BOOST_TEST(postgres.value("select status from messages") == "delivered");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(full_disk, Fixture, *boost::unit_test::precondition(disks_can_be_made))

BOOST_AUTO_TEST_CASE(after_an_outage_that_filled_the_disk_receipts_go_to_postgresql_as_soon_as_it_commits)
{
    lose_postgres_until_the_disk_is_full();
    BOOST_TEST(process->journal.full());
    const std::int64_t waiting = process->journal.records();
    BOOST_TEST(waiting == acknowledged);
    postgres.come_back();
    check_that_everything_arrives();
    BOOST_TEST(process->journal.full()); // it says so while it is
    disk.make_room();
    run_until([&] { return !process->journal.full(); });
}

BOOST_AUTO_TEST_CASE(a_restart_on_the_full_disk_replays_what_is_there)
{
    lose_postgres_until_the_disk_is_full();
    const std::int64_t waiting = process->journal.records();
    start();
    disk.fill();
    BOOST_TEST(process->journal.records() == waiting);
    postgres.come_back();
    check_that_everything_arrives();
}

BOOST_AUTO_TEST_CASE(a_start_on_a_full_disk_without_a_journal_depends_on_postgresql)
{
    process.reset();
    std::filesystem::remove_all(disk.path() / "journal");
    disk.fill();
    start();
    BOOST_TEST(process->journal.full());
    db::Receipt one = receipt(message, "delivered");
    BOOST_TEST(append(one));
    disk.make_room();
    process->start_replay();
    run_until([&] { return !process->journal.full(); });
    postgres.go_away();
    BOOST_TEST(append(one));
    BOOST_TEST(process->journal.records() == 1);
    postgres.come_back();
    run_until([&] { return process->journal.records() == 0; });
}

BOOST_AUTO_TEST_SUITE_END()
