#include "db/journal/sqlite.hpp"
#include "tests/fault/faults.hpp"
#include "tests/fault/kept_receipts.hpp"
#include "tests/fault/run_length.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <random>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr std::int64_t usual_seconds = 18;
constexpr std::chrono::seconds longest_wait_for_an_answer{5}; // Twilio waits for 15

// Each fault once, in an order of its own, and then any of them until the time is over.
void let_things_happen(Faults& faults, const ReceiptLoad& load, std::uint64_t seed, std::chrono::seconds duration)
{
    std::mt19937_64 random(seed);
    std::vector<Faults::Fault> order(Faults::all().begin(), Faults::all().end());
    std::ranges::shuffle(order, random);
    const auto end = std::chrono::steady_clock::now() + duration;
    for (const Faults::Fault& fault : order)
        faults.happen(fault, load);
    while (std::chrono::steady_clock::now() < end)
        faults.happen(order[random() % order.size()], load);
}

std::int64_t receipts_left_in(const std::filesystem::path& directory)
{
    db::sqlite::Connection journal(directory / ".waybill" / "journal" / "receipts.sqlite");
    return journal.number("select count(*) from receipts");
}

} // namespace

BOOST_AUTO_TEST_SUITE(fault_run)

BOOST_AUTO_TEST_CASE(whatever_dies_no_acknowledged_receipt_is_lost_and_none_counts_twice,
                     *boost::unit_test::precondition([](auto) { return PostgresServer::may_be_stopped(); }))
{
    const auto [duration, seed] = RunLength(usual_seconds);
    std::cerr << "fault run of " << duration.count() << " seconds: WAYBILL_FAULT_SEED=" << seed << std::endl;

    const TestDatabase database;
    std::vector<db::MessageId> messages = accepted_messages(database, 8, 1'000);
    RunningSimulator twilio; // nothing is sent
    ServeProcess waybill(database, twilio, {{"RECEIPT_DEADLINE_MS", "300"}});
    waybill.start();
    Faults faults(database, waybill, seed);
    ReceiptLoad load(waybill, std::move(messages), seed, duration);
    let_things_happen(faults, load, seed, duration);
    load.stop();

    waybill.wait_until_ready(); // a Waybill that has yet to reach PostgreSQL shows no metrics
    wait_until("the journal is empty", [&] { return waybill.metric("waybill_journal_records") == 0; });
    BOOST_TEST(waybill.terminate() == 0);
    std::cerr << load.posted().size() << " receipts, " << load.acknowledged() << " posts acknowledged, "
              << load.refused() << " refused; longest wait " << load.longest_wait().count() << " ms" << std::endl;

    BOOST_TEST(load.unexpected() == 0U);
    BOOST_TEST((load.longest_wait() < longest_wait_for_an_answer));
    BOOST_TEST(receipt_faults(database, load.posted()) == "");
    BOOST_TEST(state_faults(database) == "");
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(database.number("select count(*) from stray_receipts") == 0);
    BOOST_TEST(receipts_left_in(waybill.directory()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
