#include "tests/support/polling.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/steady_load.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace waybill;
using test::RawReply;
using test::RunningSimulator;
using test::ServeProcess;
using test::SteadyLoad;
using test::TestDatabase;

namespace
{

// Asks for the health, each time on a new connection.
SteadyLoad::Ask health_of(const ServeProcess& waybill)
{
    return [&waybill] { return waybill.get("/api/health").status == 200; };
}

} // namespace

BOOST_AUTO_TEST_SUITE(restart)

BOOST_AUTO_TEST_CASE(after_sigterm_everything_is_served_for_drain_seconds_while_readyz_says_503)
{
    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill(database, twilio, {{"DRAIN_SECONDS", "5"}});
    waybill.start();
    BOOST_TEST(waybill.get("/api/health").field("Connection") != "close");
    {
        SteadyLoad load(health_of(waybill));
        test::wait_until("the load runs", [&] { return load.answered() > 20; });
        waybill.signal(SIGTERM);
        test::wait_until("readyz says 503", [&] { return waybill.get("/readyz").status == 503; });
        const int before = load.answered();
        test::wait_until("more is served", [&] { return load.answered() > before + 100; });
        const RawReply health = waybill.get("/api/health");
        BOOST_TEST(health.status == 200);
        BOOST_TEST(health.field("Connection") == "close");
        load.stop();
        BOOST_TEST(load.failed() == 0);
    }
    BOOST_TEST(waybill.wait() == 0);
}

BOOST_AUTO_TEST_CASE(under_socket_activation_no_request_fails_while_waybill_is_restarted)
{
    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill(database, twilio);
    waybill.keep_listening();
    waybill.start();
    SteadyLoad load(health_of(waybill));
    for (int restart = 0; restart < 2; ++restart) {
        const int before = load.answered();
        test::wait_until("the load runs", [&] { return load.answered() > before + 50; });
        BOOST_TEST(waybill.terminate() == 0);
        waybill.begin();
    }
    const int before = load.answered();
    test::wait_until("the load runs again", [&] { return load.answered() > before + 50; });
    load.stop();
    BOOST_TEST(load.failed() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
