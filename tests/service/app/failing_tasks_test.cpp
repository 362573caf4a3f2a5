#include "server/api/contract/timestamps.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/event_stream.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace waybill;
using test::CampaignUpload;
using test::CapturedLog;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace
{

// Every background task that uses PostgreSQL, and the line with which it reports a failure: of its first round, and of
// a later one. Empty: that round is of no use here, because it comes once a day or not at all.
struct TaskCase
{
    const char* at_start;
    const char* later;
};

constexpr TaskCase task_cases[] = {
    {"task=access", "task=access"},
    {"task=\"setup link\"", ""},
    {"task=\"daily budget\"", ""},
    {"", "receipts.replay_waits"},
    {"task=dispatcher", "sending.claim_failed"},
    {"task=\"campaign guard\"", "task=\"campaign guard\""},
    {"task=reconciler", "task=reconciler"},
    {"database.maintenance_failed", ""},
    {"task=\"single figures\"", "task=\"single figures\""},
    {"", "task=\"campaign feed\""}, // while it has a viewer
};

ServiceOptions busy_options()
{
    ServiceOptions options;
    options.begins_ready = false;
    options.settings.reconcile_after = std::chrono::seconds(1); // so that it looks every second
    return options;
}

struct FailingTasksFixture
{
    TestDatabase database;
    CapturedLog log;
    std::optional<Service> service;

    ~FailingTasksFixture()
    {
        if (!refused_.empty()) allow(); // or the service would not drain
    }

    // From now on, every statement that reads or writes a table fails with one of the SQLSTATEs in turn, but for what a
    // start needs before the tasks run.
    void refuse(const std::vector<std::string>& states)
    {
        for (const std::string& state : states)
            database.exec(
                "create function refuse_" + state +
                "() returns boolean language plpgsql stable as $$ begin raise 'refused for a test' using errcode = '" +
                state + "'; end $$");
        refused_ = database.column(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not "
            "relispartition and relname not in ('schema_migrations') order by relname not like 'campaign%', "
            "relname"); // the viewer leaves when who asks is not known

        for (std::size_t place = 0; place < refused_.size(); ++place) {
            const std::string& table = refused_[place];
            database.exec("alter table " + table + " rename to " + table + "_kept; create view " + table +
                          " as select * from " + table + "_kept where refuse_" + states[place % states.size()] + "()");
        }
        states_ = states;
    }
    void allow()
    {
        for (const std::string& table : refused_)
            database.exec("drop view " + table + "; alter table " + table + "_kept rename to " + table);
        for (const std::string& state : states_)
            database.exec("drop function refuse_" + state + "()");
        refused_.clear();
    }

    void check_every_failure(const char* TaskCase::*line)
    {
        for (const TaskCase& each : task_cases) {
            const std::string sign = each.*line;
            if (sign.empty()) continue;
            test::wait_until("the failure is logged: " + sign, [&] { return !failures(sign).empty(); });
            const std::string logged = failures(sign).front();
            BOOST_TEST(logged.find("refused for a test") != std::string::npos, logged);
            BOOST_TEST(logged.find("advice=") != std::string::npos, logged);
        }
    }
    std::vector<std::string> failures(const std::string& sign)
    {
        std::vector<std::string> all = log.lines(sign);
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), before_[sign])));
        return all;
    }
    void begin_round()
    {
        for (const TaskCase& each : task_cases)
            for (const std::string sign : {each.at_start, each.later})
                before_[sign] = log.lines(sign).size();
    }
    void check_not_ready()
    {
        const RawReply reply = service->get("/readyz");
        BOOST_TEST(reply.status == 503);
        BOOST_TEST(reply.body.find("refused for a test") != std::string::npos, reply.body);
        BOOST_TEST(service->get_json("/api/health").at("status").as_string() == "degraded");
    }

    void wait_until_recovered()
    {
        std::string reason;
        const auto is_ready = [&] {
            const RawReply reply = service->get("/readyz");
            reason = reply.body;
            return reply.status == 200;
        };
        try {
            test::wait_until("everything has recovered", is_ready);
        }
        catch (const std::exception&) {
            BOOST_FAIL("not ready: " << reason);
        }
    }

private:
    std::vector<std::string> refused_, states_;
    std::map<std::string, std::size_t> before_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failing_tasks, FailingTasksFixture)

BOOST_AUTO_TEST_CASE(no_refused_statement_of_any_task_ends_the_process_or_costs_a_receipt)
{
    refuse({"42501"});
    service.emplace(database, busy_options());
    check_every_failure(&TaskCase::at_start);
    check_not_ready();
    allow();
    wait_until_recovered();

    const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
    const auto created =
        service->created(CampaignUpload().file(test::lapsed_customers(1)).with("sendAt", api::to_iso8601(tomorrow)));
    const std::string campaign(created.at("campaignId").as_string());
    test::EventStream viewer(service->port(), "/api/campaigns/" + campaign + "/events");
    BOOST_REQUIRE(viewer.head().status == 200);
    begin_round();
    refuse({"26000", "XX000", "0A000"});
    database.exec("update campaigns_kept set name = name"); // news for the viewer
    const std::string id = database.value("select id from messages_kept");
    BOOST_TEST(service->post_receipt(id, "delivered").status == 204);
    check_every_failure(&TaskCase::later);
    check_not_ready();
    BOOST_TEST(service->metric("waybill_journal_records") == 1);

    allow();
    wait_until_recovered();
    test::wait_until("the receipt is in PostgreSQL",
                     [&] { return database.value("select status from messages") == "delivered"; });
}

BOOST_AUTO_TEST_SUITE_END()
