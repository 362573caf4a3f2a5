#include "tests/fault/kept_receipts.hpp"
#include "tests/fault/standby_pair.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <set>

using namespace waybill;
using namespace waybill::test;
using std::chrono::steady_clock;

namespace
{

constexpr int recipients = 200;
constexpr std::chrono::seconds loose_bound{30}; // on any machine; the figures are printed

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

std::string kept(const TestDatabase& database)
{
    return database.value("select count(*) from message_history where source = 'receipt'");
}

// A campaign is being sent and receipts are being posted when the primary fails and its standby is promoted.
struct StandbyFixture
{
    TestDatabase original;
    std::vector<db::MessageId> messages = accepted_messages(original, 2, 1'000);
    StandbyPair pair{original};
    RunningSimulator twilio;
    ServeProcess waybill{original,
                         twilio,
                         {{"DATABASE_URL", pair.url()},
                          {"RECEIPT_DEADLINE_MS", "300"},
                          {"MESSAGES_PER_SECOND", "60"},
                          {"LEASE_SECONDS", "3"}}};

    template <class Fail>
    void check_failover(const char* what, Fail fail)
    {
        waybill.start();
        ReceiptLoad load(waybill, messages, 1, std::chrono::seconds(4));
        waybill.create(CampaignUpload().header("Prefer", "respond-async").file(lapsed_customers(recipients)));
        wait_until("both are under way", [&] { return load.acknowledged() > 200 && twilio.counters().accepted > 10; });
        fail();
        const auto failed_at = steady_clock::now();
        wait_until("receipts are kept without PostgreSQL",
                   [&] { return waybill.metric("waybill_journal_records") > 10; });
        pair.promote();
        const auto promoted_at = steady_clock::now();
        const std::string before = kept(pair.standby());
        wait_until("a receipt is committed", [&] { return kept(pair.standby()) != before; });
        const auto committed_at = steady_clock::now();
        report(what, failed_at, promoted_at, committed_at);
        BOOST_TEST((committed_at - promoted_at < loose_bound));
        wait_until("the journal is empty", [&] { return waybill.metric("waybill_journal_records") == 0; });
        load.stop();
        check_nothing_is_lost(load);
    }

    void check_nothing_is_lost(const ReceiptLoad& load)
    {
        const auto of_campaign = "select count(*) from outbox";
        wait_until(
            "everything is sent", [&] { return pair.standby().number(of_campaign) == 0; }, std::chrono::seconds(60));
        twilio.wait_until_quiet();
        BOOST_TEST(waybill.terminate() == 0);
        BOOST_TEST(load.unexpected() == 0U);
        std::vector<PostedReceipt> posted = load.posted();
        BOOST_TEST(lost(posted) == "");
        std::set<std::string> texted;
        for (const boost::json::object& line : twilio.ledger())
            BOOST_TEST(texted.insert(line.at("to").as_string().c_str()).second);
        BOOST_TEST(pair.standby().counter_faults() == "");
    }

    // The receipts of the campaign's own messages are not among those that were posted.
    std::string lost(const std::vector<PostedReceipt>& posted) const
    {
        const std::string faults = receipt_faults(pair.standby(), posted);
        return faults.find("lost: ") == std::string::npos && faults.find(" times: ") == std::string::npos ? "" : faults;
    }

    static void report(const char* what, steady_clock::time_point failed, steady_clock::time_point promoted,
                       steady_clock::time_point committed)
    {
        const auto ms = [](auto time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); };
        std::cerr << "primary " << what << ": promoted after " << ms(promoted - failed) << " ms, first receipt "
                  << ms(committed - promoted) << " ms later" << std::endl;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(standby, *has_pg_ctl)

BOOST_FIXTURE_TEST_CASE(a_killed_primary_loses_no_acknowledged_receipt_and_no_recipient_is_texted_twice, StandbyFixture)
{
    check_failover("killed", [this] { pair.kill_primary(); });
}

BOOST_FIXTURE_TEST_CASE(nor_does_a_frozen_one, StandbyFixture)
{
    check_failover("frozen", [this] { pair.freeze_primary(); });
}

BOOST_AUTO_TEST_SUITE_END()
