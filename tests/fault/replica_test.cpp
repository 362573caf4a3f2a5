#include "db/postgres/replica.hpp"

#include "db/postgres/transaction.hpp"
#include "tests/fault/standby_pair.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace waybill;
using namespace waybill::test;

namespace
{

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

// Reports are read from a standby.
struct ReplicaFixture
{
    TestDatabase original;
    StandbyPair pair{original, StandbyPair::Second::asynchronous};
    RunningSimulator twilio;
    ServeProcess waybill{original,
                         twilio,
                         {{"DATABASE_URL", pair.primary().url()},
                          {"READ_DATABASE_URL", pair.standby().url()},
                          {"REPORT_SCHEMA", "sales"},
                          {"MESSAGES_PER_SECOND", "1000"}}};

    ReplicaFixture()
    {
        waybill.start();
        wait_until_it_follows();
    }
    void wait_until_it_follows() const
    {
        wait_until("the replica follows", [this] { return waybill.metric("waybill_replica_following") == 1; });
    }
    std::string state() const
    {
        const boost::json::value replica = waybill.get_json("/api/health").at("replica");
        return replica.at("state").as_string().c_str();
    }
    std::int64_t read_from(const std::string& server) const
    {
        return waybill.metric("waybill_report_reads_total{server=\"" + server + "\"}");
    }
    std::string create(int recipients)
    {
        const RawReply reply =
            waybill.create(CampaignUpload().header("Prefer", "respond-async").file(lapsed_customers(recipients)));
        BOOST_REQUIRE(reply.status == 202);
        return json_of(reply).at("data").at("campaignId").as_string().c_str();
    }

    // Everything that is read from the replica, right after a campaign was made.
    void check_that_a_new_campaign_is_reported(int recipients)
    {
        const std::string campaign = create(recipients);
        BOOST_TEST(waybill.get("/api/campaigns/" + campaign + "/timeline").status == 200);
        const RawReply csv = waybill.get("/api/campaigns/" + campaign + "/messages.csv");
        BOOST_TEST(csv.status == 200);
        BOOST_TEST(std::ranges::count(csv.body, '\n') == recipients + 1);
        const boost::json::value overview = waybill.get_json("/api/reports/overview?from=2020-01-01&to=2020-12-31");
        BOOST_TEST(overview.at("days").as_array().size() > 0U);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(replica, *has_pg_ctl)

BOOST_FIXTURE_TEST_CASE(reports_are_read_from_it_and_lack_nothing_that_was_committed_before, ReplicaFixture)
{
    for (int campaign = 1; campaign <= 10; ++campaign)
        check_that_a_new_campaign_is_reported(campaign * 20);
    BOOST_TEST(read_from("replica") >= 10);
    BOOST_TEST(state() == "following");
    BOOST_TEST(waybill.get_json("/api/system").at("replica").at("lagSeconds").to_number<double>() < 60);
    BOOST_TEST(pair.primary().number("select count(*) from sales.campaigns") == 10);
    BOOST_TEST(pair.standby().number("select count(*) from pg_stat_activity where application_name = 'waybill'") > 0);
}

BOOST_FIXTURE_TEST_CASE(one_that_lags_or_is_stopped_is_not_read_and_every_report_is_still_answered, ReplicaFixture)
{
    check_that_a_new_campaign_is_reported(20);
    pair.standby().exec("select pg_wal_replay_pause()");
    std::int64_t before = read_from("primary");
    check_that_a_new_campaign_is_reported(40);
    BOOST_TEST(read_from("primary") > before);
    pair.standby().exec("select pg_wal_replay_resume()");
    wait_until_it_follows();

    pair.stop_standby();
    check_that_a_new_campaign_is_reported(60);
    wait_until("it is seen that the replica is away", [this] { return state() == "away"; });
    before = read_from("primary");
    check_that_a_new_campaign_is_reported(80);
    BOOST_TEST(read_from("primary") > before);
    const boost::json::object health = waybill.get_json("/api/health");
    BOOST_TEST(std::string(health.at("problem").as_string().c_str()).find("reports are read from the primary") !=
               std::string::npos);
    BOOST_TEST(waybill.get("/readyz").status == 200);

    pair.start_standby();
    wait_until_it_follows();
    before = read_from("replica");
    check_that_a_new_campaign_is_reported(100);
    BOOST_TEST(read_from("replica") > before);
}

BOOST_AUTO_TEST_SUITE_END()
