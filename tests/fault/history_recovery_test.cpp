#include "tests/fault/kept_receipts.hpp"
#include "tests/fault/standby_pair.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/simulator_process.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <set>
#include <string>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr int recipients = 4'000;              // more than are sent before the campaign is canceled
constexpr const char* writer = "+15550100000"; // the first recipient, who opts out
constexpr int without_receipts = 20;           // texts that will be lost and whose receipts never come

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

std::map<std::string, std::string> settings_of(const StandbyPair& pair)
{
    return {{"DATABASE_URL", pair.url()},
            {"JOURNAL_KEEP_MINUTES", "10"},
            {"RECEIPT_DEADLINE_MS", "300"},
            {"MESSAGES_PER_SECOND", "60"},
            {"RECONCILE_PER_SECOND", "200"}};
}

std::int64_t micros_now()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::string text_of(const boost::json::object& line, const char* field)
{
    return line.at(field).as_string().c_str();
}

// The message that a line of Twilio's ledger is about.
std::string message_of(const boost::json::object& line)
{
    const std::string url = text_of(line, "status_callback"), path = url.substr(0, url.find('#'));
    return path.substr(path.rfind('/') + 1);
}

// Two Waybills keep what they commit; an asynchronous standby gets nothing more, and is promoted while they send.
struct RecoveryFixture
{
    TestDatabase original;
    std::vector<db::MessageId> messages = accepted_messages(original, 2, 1'000);
    StandbyPair pair{original, StandbyPair::Second::asynchronous};
    SimulatorProcess twilio;
    ServeProcess waybill{original, twilio.origin(), settings_of(pair)};
    ServeProcess other{original, twilio.origin(), settings_of(pair)};
    std::string campaign;

    RecoveryFixture() { twilio.set({{"inbound-url", waybill.origin() + "/webhooks/twilio/inbound"}}); }
    const TestDatabase& promoted() const { return pair.standby(); }

    // Until the standby knows the campaign, and that these Waybills run.
    void start_sending(int waybills)
    {
        const RawReply reply =
            waybill.create(CampaignUpload().header("Prefer", "respond-async").file(lapsed_customers(recipients)));
        campaign = text_of(json_of(reply).at("data").as_object(), "campaignId");
        send(20);
        const std::string sent = "select count(*) from messages where accepted_at is not null";
        const std::string running = "select count(*) from tickets where alive_at is not null";
        wait_until("the standby has all that", [&] {
            return promoted().number(sent) > std::ssize(messages) && promoted().number(running) == waybills;
        });
    }
    std::int64_t accepted() const { return twilio.counters().at("accepted").to_number<std::int64_t>(); }
    void send(std::int64_t more) const
    {
        const std::int64_t before = accepted();
        wait_until("more is sent", [&] { return accepted() >= before + more; });
    }
    void commit_what_will_be_lost()
    {
        pair.stop_receiving();
        send(20);
        BOOST_TEST(twilio.write_in(writer, "STOP") == 200);
        const std::string received = "select count(*) from message_history where source = 'receipt'";
        wait_until("receipts are committed that the standby does not get",
                   [&] { return pair.primary().number(received) > promoted().number(received); });
        twilio.set({{"loss-share", "1"}});
        send(2 * without_receipts); // those under way get receipts yet
        twilio.set({{"loss-share", "0"}});
    }
    void fail_over()
    {
        pair.kill_primary();
        pair.promote();
    }

    static void check_that_it_says_what_is_lost(const ServeProcess& process)
    {
        RawReply ready;
        const auto says_so = [&] {
            ready = process.get("/readyz");
            return ready.status == 503 && ready.body.find("The database has lost recent history") != std::string::npos;
        };
        wait_until("readyz says that history is lost", says_so);
        BOOST_TEST(ready.body.find(" that it had confirmed are missing") != std::string::npos, ready.body);
        BOOST_TEST(ready.body.find("run `waybill history accept`") != std::string::npos, ready.body);
    }
    void wait_until_it_is_decided() const
    {
        wait_until("it is decided",
                   [this] { return losses("decided_by = 'waybill'") > 0 && losses("decided_at is null") == 0; });
    }
    // From the moment when everything that was claimed before has an outcome.
    void check_that_nothing_leaves_until_it_is_decided()
    {
        wait_until("what was claimed before is settled",
                   [this] { return waybill.metric("waybill_sends_in_flight") == 0; });
        const std::int64_t quiet = micros_now();
        wait_until_it_is_decided();
        const std::int64_t decided = promoted().number("select to_micros(max(decided_at)) from history_losses");
        for (const boost::json::object& line : twilio.ledger()) {
            const auto arrived = line.at("arrived").to_number<std::int64_t>();
            BOOST_TEST((arrived <= quiet || arrived >= decided));
        }
    }
    std::int64_t losses(const std::string& condition) const
    {
        return promoted().number("select count(*) from history_losses where " + condition);
    }

    // Once Waybill is ready again.
    void check_that_sending_resumes_and_nothing_was_lost()
    {
        send(20);
        BOOST_TEST(waybill.ask(get_request("/api/campaigns/" + campaign + "/cancel", "POST")).status == 200);
        promoted().wait_until_outbox_is_empty();
        twilio.wait_until_quiet();
        for (ServeProcess* process : {&waybill, &other}) {
            if (!process->is_running()) continue;
            wait_until("the journal is empty", [&] { return process->metric("waybill_journal_records") == 0; });
            BOOST_TEST(process->terminate() == 0);
        }
        check_the_ledger();
        BOOST_TEST(promoted().value("select source from opt_outs where phone_number = '" + std::string(writer) + "'") ==
                   "reply");
        BOOST_TEST(promoted().counter_faults() == "");
        BOOST_TEST(messages_looked_up() >= without_receipts);
    }
    // No one has got two texts, and the database knows each of them.
    void check_the_ledger()
    {
        const std::vector<boost::json::object> ledger = twilio.ledger();
        std::set<std::string> texted;
        std::string ids;
        for (const boost::json::object& line : ledger) {
            BOOST_TEST(texted.insert(text_of(line, "to")).second);
            ids += (ids.empty() ? "" : ",") + message_of(line);
        }
        BOOST_TEST(promoted().value("select string_agg(id || ' is ' || status, ', ') from messages where id in (" +
                                    ids + ") and status in ('pending', 'sending', 'canceled', 'unknown')") == "");
        BOOST_TEST(texted.size() < static_cast<std::size_t>(recipients));
        std::cerr << texted.size() << " texts, " << losses("true") << " losses noticed, " << messages_looked_up()
                  << " messages looked up" << std::endl;
    }
    std::int64_t messages_looked_up() const
    {
        return promoted().number("select count(distinct message_id) from message_history where source = 'lookup'");
    }
};

// The receipts of the campaign's own messages are not among those that were posted.
std::string faults_of(const TestDatabase& database, const std::vector<PostedReceipt>& posted)
{
    const std::string faults = receipt_faults(database, posted);
    return faults.find("lost: ") == std::string::npos && faults.find(" times: ") == std::string::npos ? "" : faults;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(history_recovery, RecoveryFixture, *has_pg_ctl)

BOOST_AUTO_TEST_CASE(what_a_promoted_standby_lacks_is_given_back_and_sending_resumes_without_an_operator)
{
    waybill.start();
    start_sending(1);
    ReceiptLoad load(waybill, messages, 1, std::chrono::seconds(4));
    wait_until("receipts come", [&] { return load.acknowledged() > 200; });
    commit_what_will_be_lost();
    fail_over();
    check_that_it_says_what_is_lost(waybill);
    const std::uint64_t acknowledged = load.acknowledged();
    wait_until("receipts are still accepted", [&] { return load.acknowledged() > acknowledged + 20; });
    check_that_nothing_leaves_until_it_is_decided();
    waybill.wait_until_ready();
    load.stop();
    BOOST_TEST(load.unexpected() == 0U);
    BOOST_TEST(load.refused() == 0U);
    check_that_sending_resumes_and_nothing_was_lost();
    BOOST_TEST(faults_of(promoted(), load.posted()) == "");
}

// One is killed with the primary and is back first; the other is frozen meanwhile, with texts that it has claimed.
BOOST_AUTO_TEST_CASE(of_two_waybills_the_one_that_is_back_first_waits_until_the_other_has_given_back_its_part)
{
    waybill.start();
    other.start();
    start_sending(2);
    commit_what_will_be_lost();
    other.signal(SIGSTOP);
    waybill.kill();
    fail_over();
    waybill.begin();
    check_that_it_says_what_is_lost(waybill);
    wait_until("it has given back its part",
               [this] { return promoted().number("select count(distinct process) from history_answers") == 1; });
    BOOST_TEST(losses("decided_at is not null") == 0);
    BOOST_TEST(waybill.get("/readyz").status == 503);
    other.signal(SIGCONT);
    wait_until_it_is_decided();
    waybill.wait_until_ready();
    other.wait_until_ready();
    check_that_sending_resumes_and_nothing_was_lost();
}

BOOST_AUTO_TEST_SUITE_END()
