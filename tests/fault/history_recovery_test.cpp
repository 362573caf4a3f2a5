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

namespace
{

constexpr int recipients = 400;
constexpr const char* writer = "+15550100000"; // the first recipient, who opts out

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

// A campaign is being sent, receipts and a reply come, and the standby that lags is promoted. Waybill keeps what it
// commits.
struct RecoveryFixture
{
    TestDatabase original;
    std::vector<db::MessageId> messages = accepted_messages(original, 2, 1'000);
    StandbyPair pair{original, StandbyPair::Second::asynchronous};
    RunningSimulator twilio;
    ServeProcess waybill{original,
                         twilio,
                         {{"DATABASE_URL", pair.url()},
                          {"JOURNAL_KEEP_MINUTES", "10"},
                          {"RECEIPT_DEADLINE_MS", "300"},
                          {"MESSAGES_PER_SECOND", "60"},
                          {"RECONCILE_PER_SECOND", "100"},
                          {"LEASE_SECONDS", "3"}}};
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
    void lose_history()
    {
        pair.stop_receiving();
        send(30);
        BOOST_TEST(twilio.write_in(writer, "STOP").at("webhook_status").as_int64() == 200);
        send(30);
        pair.kill_primary();
        pair.promote();
    }
    void wait_until_it_is_decided()
    {
        wait_until("the loss is noticed and decided", [this] {
            return pair.standby().value("select decided_by from history_losses order by id limit 1") == "waybill";
        });
        waybill.wait_until_ready();
    }
    // `max_unknown`: messages of which a killed process could not say that they had not left.
    void check_that_nothing_is_lost(std::int64_t max_unknown)
    {
        wait_until(
            "everything is sent", [this] { return pair.standby().number("select count(*) from outbox") == 0; },
            std::chrono::seconds(60));
        twilio.wait_until_quiet();
        wait_until("the journal is empty", [this] { return waybill.metric("waybill_journal_records") == 0; });
        BOOST_TEST(waybill.terminate() == 0);
        std::set<std::string> texted;
        for (const boost::json::object& line : twilio.ledger()) {
            BOOST_TEST(texted.insert(line.at("to").as_string().c_str()).second);
            const std::string sid = line.at("sid").as_string().c_str();
            BOOST_TEST(pair.standby().number("select count(*) from message_history where sid = '" + sid + "'") > 0);
        }
        const std::int64_t unknown = pair.standby().number("select count(*) from messages where status = 'unknown'");
        BOOST_TEST(unknown <= max_unknown);
        BOOST_TEST(std::ssize(texted) + unknown == recipients);
        BOOST_TEST(pair.standby().value("select source from opt_outs where phone_number = '" + std::string(writer) +
                                        "'") == "reply");
        BOOST_TEST(pair.standby().counter_faults() == "");
    }
    // Of the posted receipts; those of the campaign's own messages are not among them.
    std::string lost(const std::vector<PostedReceipt>& posted) const
    {
        const std::string faults = receipt_faults(pair.standby(), posted);
        return faults.find("lost: ") == std::string::npos ? "" : faults;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(history_recovery, RecoveryFixture, *has_pg_ctl)

BOOST_AUTO_TEST_CASE(what_a_promoted_standby_lacks_it_gets_again_and_sending_resumes_without_an_operator)
{
    start_sending();
    ReceiptLoad load(waybill, messages, 1, std::chrono::seconds(4));
    wait_until("receipts come", [&] { return load.acknowledged() > 200; });
    lose_history();
    wait_until_it_is_decided();
    load.stop();
    BOOST_TEST(load.unexpected() == 0U);
    const std::vector<PostedReceipt> posted = load.posted();
    check_that_nothing_is_lost(0);
    BOOST_TEST(lost(posted) == "");
    std::cerr << posted.size() << " receipts posted, " << load.acknowledged() << " answers of 204" << std::endl;
}

BOOST_AUTO_TEST_CASE(also_when_waybill_was_killed_with_its_database)
{
    start_sending();
    pair.stop_receiving();
    send(30);
    BOOST_TEST(twilio.write_in(writer, "STOP").at("webhook_status").as_int64() == 200);
    waybill.kill();
    pair.kill_primary();
    pair.promote();
    waybill.begin();
    wait_until_it_is_decided();
    check_that_nothing_is_lost(60);
}

BOOST_AUTO_TEST_CASE(a_waybill_that_cannot_answer_leaves_the_decision_to_an_operator)
{
    ServeProcess other(original, twilio, {{"DATABASE_URL", pair.url()}, {"MESSAGES_PER_SECOND", "60"}});
    other.start(); // it keeps nothing
    start_sending();
    lose_history();
    other.kill();
    wait_until("the loss is answered by the one that keeps what it commits",
               [this] { return pair.standby().number("select count(*) from history_answers") > 0; });
    BOOST_TEST(pair.standby().number("select count(*) from history_losses where decided_at is not null") == 0);
    BOOST_TEST(waybill.get("/readyz").status == 503);
}

BOOST_AUTO_TEST_SUITE_END()
