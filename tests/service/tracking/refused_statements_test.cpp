#include "tests/support/captured_log.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::CapturedLog;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace
{

constexpr int customers = 60;

struct Fixture
{
    TestDatabase database;
    CapturedLog log;
    Service service{database, options()};

    static ServiceOptions options()
    {
        ServiceOptions options;
        options.settings.messages_per_second = 20;
        options.simulation.callback_latency = std::chrono::milliseconds(300);
        return options;
    }

    ~Fixture() { allow_updates(); } // or the service would not drain

    // Statements that update the table, and hold the text, fail with that SQLSTATE from now on.
    void refuse_updates_of(const std::string& table, const std::string& sqlstate, const std::string& text = "")
    {
        const std::string name = "refuse_" + table;
        database.exec("create function " + name + "() returns trigger language plpgsql as $$ begin raise " +
                      "'refused for a test' using errcode = '" + sqlstate + "'; end $$; create trigger refuse before " +
                      "update on " + table + " when (current_query() like '%" + text + "%') execute function " + name +
                      "()");
    }
    void allow_updates()
    {
        for (const char* table : {"senders", "campaigns"}) // one at a time: the lock of one must not wait for the other
            database.exec(std::string("drop function if exists refuse_") + table + " cascade");
    }
    void create_campaign()
    {
        const RawReply reply =
            service.create(CampaignUpload().header("Prefer", "respond-async").file(test::lapsed_customers(customers)));
        BOOST_REQUIRE(reply.status == 202);
        test::wait_until("sending is under way", [&] { return accepted() >= 10; });
    }
    std::int64_t accepted() { return static_cast<std::int64_t>(service.twilio().counters().accepted); }
    std::int64_t delivered() const
    {
        return database.number("select count(*) from messages where status = 'delivered'");
    }
    bool has_failed(const std::string& task) { return !log.lines("task.failed task=\"" + task + "\"").empty(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(refused_statements, Fixture)

BOOST_AUTO_TEST_CASE(statements_refused_for_an_unexpected_reason_stop_neither_receipts_nor_the_process)
{
    create_campaign();
    refuse_updates_of("senders", "42501");                // the dispatcher's claims
    refuse_updates_of("campaigns", "26000", "from idle"); // the campaign guard
    test::wait_until("both have failed",
                     [&] { return !log.lines("sending.claim_failed").empty() && has_failed("campaign guard"); });
    test::wait_until("the receipts of what was sent are stored",
                     [&] { return service.metric("waybill_sends_in_flight") == 0 && delivered() == accepted(); });
    BOOST_TEST(delivered() < customers);
    BOOST_TEST(service.metric("waybill_journal_records") == 0);
    BOOST_TEST(service.get("/readyz").status == 200); // receipts are welcome
    BOOST_TEST(service.get_json("/api/health").at("status").as_string() == "degraded");

    allow_updates();
    test::wait_until("everything is sent and delivered", [&] { return delivered() == customers; });
    BOOST_TEST(accepted() == customers);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(an_outcome_refused_for_an_unexpected_reason_is_kept_and_recorded_later)
{
    create_campaign();
    refuse_updates_of("campaigns", "42501", "completed"); // what records outcomes completes campaigns
    test::wait_until("outcomes wait", [&] { return !log.lines("message.outcome_waits").empty(); });
    BOOST_TEST(service.metric("waybill_sends_in_flight") > 0);

    allow_updates();
    test::wait_until("everything is sent and delivered", [&] { return delivered() == customers; });
    BOOST_TEST(accepted() == customers);
    BOOST_TEST(database.number("select count(*) from outbox") == 0);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
