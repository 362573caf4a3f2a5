#include "tests/support/polling.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::RunningSimulator;
using test::ServeProcess;
using test::TestDatabase;

namespace
{

constexpr int patrons = 6;

// From now on, a message that waits for its slot gets no permit to leave: it stands between its claim and its request.
void hold_permits(const TestDatabase& database)
{
    database.exec("create function hold_permit() returns trigger language plpgsql as $$ begin "
                  "perform pg_sleep(3600); return new; end $$; "
                  "create trigger hold before update of unsent on outbox for each row "
                  "when (old.unsent and not new.unsent and new.leased_until is not null) execute function "
                  "hold_permit()");
}

void grant_permits(const TestDatabase& database)
{
    database.exec("select pg_terminate_backend(pid) from pg_stat_activity "
                  "where datname = current_database() and pid <> pg_backend_pid()");
    database.exec("drop function hold_permit cascade");
}

} // namespace

BOOST_AUTO_TEST_SUITE(unsent_kill)

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_between_claim_and_request_leaves_no_message_unknown)
{
    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill(database, twilio, {{"MAX_IN_FLIGHT", "1"}, {"MESSAGES_PER_SECOND", "4"}});
    waybill.start();
    hold_permits(database);
    waybill.create(CampaignUpload().header("Prefer", "respond-async").file(test::lapsed_customers(patrons)));
    test::wait_until("a claimed message waits for its permit",
                     [&] { return database.number("select count(*) from outbox where unsent") == 1; });
    waybill.kill();
    grant_permits(database);
    BOOST_TEST(database.number("select count(*) from outbox where unsent") == 1);
    database.exec("update outbox set leased_until = now() where leased_until is not null");

    waybill.start();
    database.wait_until_outbox_is_empty(); // a receipt that came while no process ran is lost
    twilio.wait_until_quiet();
    BOOST_TEST(database.number("select count(*) from messages where status >= 'accepted' and status <> 'unknown'") ==
               patrons);
    std::set<std::string> texted;
    for (const boost::json::object& line : twilio.ledger())
        BOOST_TEST(texted.insert(line.at("to").as_string().c_str()).second);
    BOOST_TEST(texted.size() == static_cast<std::size_t>(patrons));
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
