#include "tests/fault/due_receipts.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <future>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr std::chrono::seconds longest_drain{40};

struct Fixture
{
    TestDatabase database;
    std::vector<db::MessageId> messages = accepted_messages(database, 1, 3);
    RunningSimulator twilio; // nothing is sent
    ServeProcess waybill{database, twilio, {{"RECEIPT_DEADLINE_MS", "300"}}};
    PostgresServer postgres;

    int post(db::MessageId message, std::string_view word) const
    {
        return waybill.ask(signed_request(waybill.origin(), {message, word, 0})).status;
    }
    std::int64_t journaled() const { return waybill.get_json("/api/health").at("journaledReceipts").as_int64(); }
    void wait_until_replayed() const
    {
        waybill.wait_until_ready();
        wait_until("the journal is empty", [this] { return journaled() == 0; });
    }
};

const boost::unit_test::precondition may_stop([](auto) { return PostgresServer::may_be_stopped(); });

// It waits for the watchdog: not in every run.
const boost::unit_test::precondition has_time([](auto) {
    const char* seconds = std::getenv("WAYBILL_FAULT_SECONDS");
    return PostgresServer::may_be_stopped() && seconds != nullptr && std::stoi(seconds) >= 60;
});

} // namespace

BOOST_FIXTURE_TEST_SUITE(without_postgres, Fixture)

BOOST_AUTO_TEST_CASE(a_start_without_postgres_takes_receipts_keeps_them_when_it_is_killed_and_stores_them_in_the_end,
                     *may_stop)
{
    postgres.crash();
    for (const char* word : {"sent", "delivered"}) {
        waybill.begin();
        wait_until("the journal is open", [&] { return post(messages[0], word) == 204; });
        BOOST_TEST(post(messages[1], word) == 204);
        waybill.kill();
    }
    waybill.begin();
    wait_until("the journal is open", [&] { return journaled() == 4; });
    BOOST_TEST(waybill.get("/readyz").status == 503);
    BOOST_TEST(waybill.get("/healthz").status == 200);

    postgres.start();
    wait_until_replayed();
    BOOST_TEST(database.value("select string_agg(status::text, ' ' order by id) from messages") ==
               "delivered delivered accepted");
    BOOST_TEST(database.number("select count(*) from message_history") == 4);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(receipts_that_come_before_there_is_a_schema_are_kept, *may_stop)
{
    database.exec("drop schema public, report cascade");
    database.exec("create schema public");
    postgres.stop();
    waybill.begin();
    wait_until("the journal is open", [&] { return post(messages[0], "delivered") == 204; });
    postgres.start();
    wait_until_replayed();
    BOOST_TEST(database.value("select reason || ' ' || message_id from stray_receipts") ==
               "unknown message " + std::to_string(messages[0]));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_told_to_end_while_postgres_is_frozen_takes_receipts_and_ends_in_time, *has_time)
{
    waybill.start();
    postgres.freeze(database);
    BOOST_TEST(post(messages[0], "sent") == 204);
    const auto reported = std::chrono::steady_clock::now();
    auto ended =
        std::async(std::launch::async, [this] { return waybill.terminate(longest_drain + std::chrono::seconds(10)); });
    BOOST_TEST(post(messages[0], "delivered") == 204);
    BOOST_TEST(ended.get() == EXIT_FAILURE);
    BOOST_TEST((std::chrono::steady_clock::now() - reported < longest_drain + std::chrono::seconds(2)));

    postgres.thaw();
    waybill.begin();
    wait_until_replayed();
    BOOST_TEST(database.value("select status from messages order by id limit 1") == "delivered");
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
