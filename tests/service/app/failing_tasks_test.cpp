#include "server/access/refusals.hpp"
#include "server/api/contract/timestamps.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/event_stream.hpp"
#include "tests/support/loop_thread.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/json/object.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
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
    {"database.retention_failed", ""},
    {"task=\"single figures\"", "task=\"single figures\""},
    {"task=\"event numbers\"", "task=\"event numbers\""},
    {"task=\"event deliveries\"", ""},
    {"task=notifications", "task=notifications"},
    {"", "task=\"campaign feed\""}, // while it has a viewer
};

ServiceOptions busy_options()
{
    ServiceOptions options;
    options.begins_ready = false;
    options.settings.reconcile_after = std::chrono::seconds(1); // so that it looks every second
    options.settings.audit_retention_months = 1;
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

    // From now on, every statement that reads or writes a table fails with that SQLSTATE, but for what a start needs
    // before the tasks run.
    void refuse(const std::string& state)
    {
        database.exec(
            "create function refuse() returns boolean language plpgsql stable as $$ begin raise 'refused for a "
            "test' using errcode = '" +
            state + "'; end $$");
        refused_ = database.column(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not "
            "relispartition and relname not in ('schema_migrations', 'schema_promise', 'report_schema', "
            "'database_identity', 'tickets', 'history_losses') order by relname not like 'campaign%', "
            "relname"); // the viewer leaves when who asks is not known

        for (const std::string& table : refused_)
            database.exec("alter table " + table + " rename to " + table + "_kept; create view " + table +
                          " as select * from " + table + "_kept where refuse()");
    }
    void allow()
    {
        for (const std::string& table : refused_)
            database.exec("drop view " + table + "; alter table " + table + "_kept rename to " + table);
        database.exec("drop function refuse()");
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
    // Receipts and requests are still accepted, and the health says which task fails, and why.
    void check_that_only_the_health_says_so()
    {
        const RawReply reply = service->get("/readyz");
        BOOST_TEST(reply.status == 200, reply.body);
        const boost::json::object health = service->get_json("/api/health");
        BOOST_TEST(health.at("status").as_string() == "degraded");
        const std::string problem = problem_in(health);
        BOOST_TEST(problem.find("refused for a test") != std::string::npos, problem);
    }
    static std::string problem_in(const boost::json::object& health)
    {
        const boost::json::value& problem = health.at("problem");
        return problem.is_null() ? "" : std::string(problem.as_string());
    }
    void wait_until_recovered()
    {
        std::string problem;
        const auto is_well = [&] {
            const boost::json::object health = service->get_json("/api/health");
            problem = problem_in(health);
            return health.at("status").as_string() == "healthy";
        };
        try {
            test::wait_until("everything has recovered", is_well);
        }
        catch (const std::exception&) {
            BOOST_FAIL("still: " << problem);
        }
    }

private:
    std::vector<std::string> refused_;
    std::map<std::string, std::size_t> before_;
};

// What was refused to callers is written to the audit log once a minute: too seldom for the test above.
struct RefusalsFixture
{
    TestDatabase database;
    CapturedLog log;
    db::Database connection{database.options()};
    test::LoopThread loop;
    access::RefusalLog refusals{loop.executor(), connection};
    config::BackgroundTasks tasks{loop.executor(), {.min = std::chrono::milliseconds(10)}};

    ~RefusalsFixture()
    {
        loop.run(tasks.stop());
        loop.finish();
    }
    void refuse(const std::string& state)
    {
        database.exec(
            "create function refuse() returns trigger language plpgsql as $$ begin raise 'refused for a test' "
            "using errcode = '" +
            state + "'; end $$; create trigger refuse before insert on audit_log execute function refuse()");
    }
    void allow() { database.exec("drop function refuse() cascade"); }
};

const char* const refusing_states[] = {"42501", "26000", "XX000"}; // the last one is of no class that we know

} // namespace

BOOST_AUTO_TEST_SUITE(failing_tasks)

BOOST_DATA_TEST_CASE_F(FailingTasksFixture, no_refused_statement_of_any_task_ends_the_process_or_costs_a_receipt,
                       boost::unit_test::data::make(refusing_states), state)
{
    refuse(state);
    service.emplace(database, busy_options());
    check_every_failure(&TaskCase::at_start);
    check_that_only_the_health_says_so();
    allow();
    wait_until_recovered();

    const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
    const auto created =
        service->created(CampaignUpload().file(test::lapsed_customers(1)).with("sendAt", api::to_iso8601(tomorrow)));
    const std::string campaign(created.at("campaignId").as_string());
    test::EventStream viewer(service->port(), "/api/campaigns/" + campaign + "/events");
    BOOST_REQUIRE(viewer.head().status == 200);
    begin_round();
    refuse(state);
    database.exec("update campaigns_kept set name = name"); // news for the viewer
    const std::string id = database.value("select id from messages_kept");
    BOOST_TEST(service->post_receipt(id, "delivered").status == 204);
    check_every_failure(&TaskCase::later);
    check_that_only_the_health_says_so();
    BOOST_TEST(service->metric("waybill_journal_records") == 1);

    allow();
    wait_until_recovered();
    test::wait_until("the receipt is in PostgreSQL",
                     [&] { return database.value("select status from messages") == "delivered"; });
}

BOOST_DATA_TEST_CASE_F(RefusalsFixture, refusals_are_counted_until_they_can_be_written,
                       boost::unit_test::data::make(refusing_states), state)
{
    refuse(state);
    loop.call([this] {
        refusals.count(test::tester(), "GET /api/system");
        tasks.start({refusals.task()});
    });
    test::wait_until("the failure is logged", [this] { return !log.lines("task.failed task=refusals").empty(); });
    const std::string logged = log.lines("task.failed task=refusals").front();
    BOOST_TEST(logged.find("refused for a test") != std::string::npos, logged);
    BOOST_TEST(logged.find("advice=") != std::string::npos, logged);
    BOOST_TEST(loop.call([this] { return tasks.problem(); }).find("refused for a test") != std::string::npos);
    allow();
    test::wait_until("the refusal is written",
                     [this] { return database.number("select count(*) from audit_log") == 1; });
}

BOOST_AUTO_TEST_SUITE_END()
