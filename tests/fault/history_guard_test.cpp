#include "tests/fault/standby_pair.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr int recipients = 4'000; // more than are sent while a copy is made

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

// A campaign is being sent when its database is replaced by an older copy.
struct HistoryFixture
{
    TestDatabase original;
    RunningSimulator twilio;
    ServeProcess waybill{original, twilio, {{"MESSAGES_PER_SECOND", "60"}, {"RECEIPT_DEADLINE_MS", "300"}}};
    std::string campaign;

    void start_sending()
    {
        waybill.start();
        const RawReply reply =
            waybill.create(CampaignUpload().header("Prefer", "respond-async").file(lapsed_customers(recipients)));
        campaign = json_of(reply).at("data").at("campaignId").as_string().c_str();
        send(20);
    }
    void send(std::uint64_t more)
    {
        const std::uint64_t before = twilio.counters().accepted;
        wait_until("more is sent", [&] { return twilio.counters().accepted >= before + more; });
    }

    // Nothing is sent and receipts are kept until an operator has decided; then everything continues.
    void check_guard(const TestDatabase& copy)
    {
        RawReply ready;
        wait_until("readyz says that history is lost", [&] {
            ready = waybill.get("/readyz");
            return ready.status == 503 && ready.body.find("The database has lost recent history") != std::string::npos;
        });
        BOOST_TEST(ready.body.find("waybill history accept") != std::string::npos, ready.body);
        wait_until("what was claimed before is settled",
                   [this] { return waybill.metric("waybill_sends_in_flight") == 0; });
        twilio.wait_until_quiet();
        const std::uint64_t sent = twilio.counters().accepted;
        const std::string message = copy.value("select min(id) from messages");
        const std::int64_t waiting = waybill.metric("waybill_journal_records");
        BOOST_TEST(waybill.post_receipt(message, "read").status == 204);
        BOOST_TEST(waybill.metric("waybill_journal_records") == waiting + 1);
        BOOST_TEST(waybill.metric("waybill_history_lost") == 1);
        BOOST_TEST(copy.number("select count(*) from outbox") > recipients - static_cast<std::int64_t>(sent));
        BOOST_TEST(twilio.counters().accepted == sent);

        BOOST_TEST(waybill.ask(get_request("/api/campaigns/" + campaign + "/cancel", "POST")).status == 200);
        BOOST_TEST(history(copy, "") == 1);
        BOOST_TEST(history(copy, "accept") == 0);
        waybill.wait_until_ready();
        wait_until("the receipt is stored",
                   [&] { return copy.value("select status from messages where id = " + message) == "read"; });
        BOOST_TEST(history(copy, "") == 0);
        check_that_no_recipient_was_texted_twice();
        const boost::json::object next = waybill.created(CampaignUpload().file(lapsed_customers(5)));
        waybill.wait_until_final(next.at("campaignId").as_string().c_str());
        BOOST_TEST(waybill.terminate() == 0);
        BOOST_TEST(copy.counter_faults() == "");
    }
    // The exit status of `waybill history`: 1 while a loss waits for a decision.
    int history(const TestDatabase& database, const std::string& argument) const
    {
        std::vector<std::string> command{waybill_binary().string(), "history"};
        if (!argument.empty()) command.push_back(argument);
        ChildProcess process(command, {{"DATABASE_URL", database.url()}}, waybill.directory());
        return process.wait();
    }
    void check_that_no_recipient_was_texted_twice()
    {
        std::set<std::string> texted;
        for (const boost::json::object& line : twilio.ledger())
            BOOST_TEST(texted.insert(line.at("to").as_string().c_str()).second);
        BOOST_TEST(texted.size() < static_cast<std::size_t>(recipients));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(history_guard, HistoryFixture)

BOOST_AUTO_TEST_CASE(a_standby_that_lagged_and_is_promoted_stops_sending, *has_pg_ctl)
{
    StandbyPair pair(original, StandbyPair::Second::asynchronous);
    waybill.set("DATABASE_URL", pair.url());
    start_sending();
    pair.stop_receiving();
    send(30);
    pair.kill_primary();
    pair.promote();
    check_guard(pair.standby());
}

BOOST_AUTO_TEST_CASE(so_does_a_base_backup_that_is_restored, *has_pg_ctl)
{
    StandbyPair pair(original, StandbyPair::Second::backup);
    waybill.set("DATABASE_URL", pair.primary().url());
    start_sending();
    pair.back_up();
    send(30);
    waybill.kill();
    pair.restore();
    waybill.set("DATABASE_URL", pair.standby().url());
    waybill.begin();
    check_guard(pair.standby());
}

BOOST_AUTO_TEST_CASE(and_a_dump_that_is_restored)
{
    start_sending();
    const TestDatabase copy(TestDatabase::empty);
    ChildProcess dump(
        {"/bin/sh", "-c", "pg_dump --format=custom --dbname=\"$FROM\" | pg_restore --exit-on-error --dbname=\"$TO\""},
        {{"FROM", original.url()}, {"TO", copy.url()}}, waybill.directory());
    BOOST_TEST(dump.wait(std::chrono::seconds(60)) == 0);
    send(30);
    waybill.kill();
    waybill.set("DATABASE_URL", copy.url());
    waybill.begin();
    check_guard(copy);
}

BOOST_AUTO_TEST_CASE(a_lost_journal_directory_is_reported_and_is_no_proof_of_a_loss)
{
    start_sending();
    waybill.kill();
    std::filesystem::remove_all(waybill.directory() / ".waybill" / "journal");
    waybill.keep_log();
    waybill.start();
    send(20);
    BOOST_TEST(waybill.log().find("journal.lost") != std::string::npos);
    BOOST_TEST(waybill.metric("waybill_history_lost") == 0);
    BOOST_TEST(history(original, "") == 0);
    BOOST_TEST(waybill.ask(get_request("/api/campaigns/" + campaign + "/cancel", "POST")).status == 200);
    wait_until("what was claimed is settled", [this] { return waybill.metric("waybill_sends_in_flight") == 0; });
    BOOST_TEST(waybill.terminate() == 0);
    check_that_no_recipient_was_texted_twice();
    BOOST_TEST(original.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
