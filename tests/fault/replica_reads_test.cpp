#include "db/campaigns/exports.hpp"
#include "db/postgres/replica.hpp"
#include "db/postgres/transaction.hpp"
#include "db/reports/reports.hpp"
#include "tests/fault/standby_pair.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <thread>

using namespace waybill;
using namespace waybill::test;
using db::ReplicaState;

namespace
{

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

db::DatabaseOptions options_of(const TestDatabase& server, bool read_only = false)
{
    db::DatabaseOptions options = server.options();
    options.read_only = read_only;
    options.statement_timeout = std::chrono::seconds(90);
    return options;
}

// What reads from a standby, without the rest of Waybill.
struct ReadsFixture
{
    TestDatabase original;
    StandbyPair pair{original, StandbyPair::Second::asynchronous};
    boost::asio::io_context context{1};
    db::Database primary{options_of(pair.primary())};
    db::Replica replica{context.get_executor(), primary, options_of(pair.standby(), true), "the standby"};
    db::Reads reads{primary, &replica};
    config::BackgroundTask task = replica.task();
    int campaigns = 0;

    ReadsFixture()
    {
        boost::asio::co_spawn(context, task.run(), boost::asio::detached);
        wait_for(ReplicaState::following);
    }
    ~ReadsFixture()
    {
        task.stop();
        context.run();
    }
    void wait_for(ReplicaState state)
    {
        while (replica.state() != state)
            context.run_one();
    }
    std::string new_campaign(int messages)
    {
        const std::string id = "sms_1_read0" + std::to_string(++campaigns);
        make_campaign(pair.primary(), messages, id);
        return id;
    }
    // Right after the campaign was made.
    void check_reports_of(const std::string& campaign, int messages)
    {
        db::Reports reports(primary, reads, reads);
        BOOST_TEST(run(context, reports.timeline(campaign)).has_value());
        db::Exports exports = db::Exports(primary, reads).from_now();
        const auto write = [](std::string& text, const db::ExportedMessage& message) {
            text.append(message.recipient).append("\n");
        };
        const std::string id = "select id from campaigns where public_id = '" + campaign + "'";
        db::ExportPage page = run(context, exports.messages(pair.primary().number(id), 0, 1'000, write));
        BOOST_TEST(std::ranges::count(page.text, '\n') == messages);
    }
    std::uint64_t from_replica() const { return replica.counters().from_replica; }
    std::uint64_t from_primary() const { return replica.counters().from_primary; }
};

// A read that waits on the standby until replaying what the primary did cancels it.
struct SlowRead
{
    StandbyPair& pair;
    std::thread other;

    explicit SlowRead(StandbyPair& servers) : pair(servers)
    {
        pair.primary().exec("create table read_slowly as select 7 as n");
        pair.standby().exec("alter system set max_standby_streaming_delay = 0");
        pair.standby().exec("select pg_reload_conf()");
        wait_until("the standby has the table",
                   [this] { return pair.standby().value("select to_regclass('read_slowly')") == "read_slowly"; });
    }
    ~SlowRead()
    {
        if (other.joinable()) other.join();
    }

    static std::string read(db::Transaction& tx)
    {
        return tx.work()
            .exec("select n || case when pg_is_in_recovery() then pg_sleep(60)::text || ' standby' else ' primary' end "
                  "from read_slowly")[0][0]
            .as<std::string>();
    }
    void cancel_when_it_runs()
    {
        other = std::thread([this] {
            wait_until("the standby reads", [this] {
                return pair.standby().number(
                           "select count(*) from pg_stat_activity where query like 'select n ||%' and "
                           "wait_event = 'PgSleep'") == 1;
            });
            pair.primary().exec("alter table read_slowly add column m int");
        });
    }
};

// Reports of a whole Waybill are read from the standby.
struct WaybillOfReplica
{
    TestDatabase original;
    StandbyPair pair{original, StandbyPair::Second::asynchronous};
    RunningSimulator twilio;
    ServeProcess waybill{original,
                         twilio,
                         {{"DATABASE_URL", pair.primary().url()},
                          {"READ_DATABASE_URL", pair.standby().url()},
                          {"MESSAGES_PER_SECOND", "1000"}}};

    void wait_until_it_follows() const
    {
        wait_until("the replica follows", [this] { return waybill.metric("waybill_replica_following") == 1; });
    }
    boost::json::object health() const { return waybill.get_json("/api/health"); }
    std::int64_t read_from(const std::string& server) const
    {
        return waybill.metric("waybill_report_reads_total{server=\"" + server + "\"}");
    }
    // Everything that is read from the replica, right after a campaign was made. Returns how often `server` was read.
    std::int64_t report_a_new_campaign(int recipients, const std::string& server) const
    {
        const std::int64_t before = read_from(server);
        const std::string campaign =
            waybill.created(CampaignUpload().file(lapsed_customers(recipients))).at("campaignId").as_string().c_str();
        BOOST_TEST(waybill.get("/api/campaigns/" + campaign + "/timeline").status == 200);
        BOOST_TEST(waybill.get("/api/reports/overview?from=2020-01-01&to=2020-12-31").status == 200);
        const RawReply csv = waybill.get("/api/campaigns/" + campaign + "/messages.csv");
        BOOST_TEST(csv.status == 200);
        BOOST_TEST(std::ranges::count(csv.body, '\n') == recipients + 1);
        return read_from(server) - before;
    }
    void check_that_it_is_read(int recipients) const
    {
        BOOST_TEST(report_a_new_campaign(recipients, "replica") >= 2);
        BOOST_TEST(health().at("replica").at("state") == "following");
        BOOST_TEST(health().at("problem").is_null());
        BOOST_TEST(waybill.get_json("/api/system").at("replica").at("lagSeconds").to_number<double>() < 60);
        BOOST_TEST(waybill.get("/metrics").body.find("\nwaybill_replica_lag_seconds ") != std::string::npos);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(replica_reads, ReadsFixture, *has_pg_ctl)

BOOST_AUTO_TEST_CASE(a_standby_is_read_with_all_that_was_committed_before)
{
    for (int messages = 1; messages <= 20; ++messages)
        check_reports_of(new_campaign(messages), messages);
    BOOST_TEST(from_replica() > 20U);
    BOOST_TEST(replica.problem() == "");
    BOOST_TEST(replica.lag().has_value());
}

BOOST_AUTO_TEST_CASE(one_that_lags_is_not_read_and_every_report_is_still_answered)
{
    pair.standby().exec("select pg_wal_replay_pause()");
    check_reports_of(new_campaign(3), 3);
    BOOST_TEST(from_primary() == 2U);
    wait_for(ReplicaState::behind);
    BOOST_TEST(replica.problem().find("seconds behind") != std::string::npos);
    pair.standby().exec("select pg_wal_replay_resume()");
    wait_for(ReplicaState::following);
    const std::uint64_t before = from_replica();
    check_reports_of(new_campaign(5), 5);
    BOOST_TEST(from_replica() > before);
}

BOOST_AUTO_TEST_CASE(a_read_that_replay_cancels_is_answered_by_the_primary)
{
    SlowRead slow(pair);
    slow.cancel_when_it_runs();
    BOOST_TEST(run(context, reads.transact_for(nullptr, SlowRead::read)) == "7 primary");
    BOOST_TEST(from_primary() == 1U);
    wait_for(ReplicaState::following);
    const auto is_standby = [](db::Transaction& tx) {
        return tx.work().exec("select pg_is_in_recovery()")[0][0].as<bool>();
    };
    BOOST_TEST(run(context, reads.transact_for(nullptr, is_standby)));
}

BOOST_AUTO_TEST_CASE(its_sessions_cannot_write_and_a_server_that_is_no_standby_is_not_read)
{
    db::Database reading(options_of(pair.primary(), true));
    const auto write = [](db::Transaction& tx) { tx.work().exec("delete from outbox"); };
    BOOST_CHECK_THROW(run(reading.transact(write)), db::Unavailable);

    db::Replica itself(context.get_executor(), primary, options_of(pair.primary(), true), "the primary itself");
    const config::BackgroundTask looks = itself.task();
    boost::asio::co_spawn(context, looks.run(), boost::asio::detached);
    while (itself.state() == ReplicaState::unknown)
        context.run_one();
    BOOST_CHECK(itself.state() == ReplicaState::unfit);
    const auto one = [](db::Transaction& tx) { return tx.work().exec("select 1")[0][0].as<int>(); };
    BOOST_TEST(run(context, db::Reads(primary, &itself).transact_for(nullptr, one)) == 1);
    BOOST_TEST(itself.counters().from_replica == 0U);
    looks.stop();
    task.stop();
    context.run();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(replica_of_waybill, WaybillOfReplica, *has_pg_ctl)

BOOST_AUTO_TEST_CASE(a_standby_that_stops_is_replaced_by_the_primary_and_is_read_again_when_it_is_back)
{
    waybill.start();
    wait_until_it_follows();
    check_that_it_is_read(20);

    pair.stop_standby();
    BOOST_TEST(report_a_new_campaign(30, "primary") >= 2);
    wait_until("its absence is noticed", [this] { return health().at("replica").at("state") == "away"; });
    BOOST_TEST(report_a_new_campaign(40, "primary") >= 2);
    const std::string problem = health().at("problem").as_string().c_str();
    BOOST_TEST(problem.find("READ_DATABASE_URL does not answer") != std::string::npos, problem);
    BOOST_TEST(problem.find("reports are read from the primary") != std::string::npos, problem);
    BOOST_TEST(waybill.get("/readyz").status == 200);

    pair.start_standby();
    wait_until_it_follows();
    check_that_it_is_read(50);
    BOOST_TEST(waybill.terminate() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
