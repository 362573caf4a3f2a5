#include "tests/support/event_receiver.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

using namespace waybill;
using test::EventReceiver;

namespace
{

constexpr int customers = 300;

const std::map<std::string, std::string> delivering_settings{{"MESSAGES_PER_SECOND", "300"},
                                                             {"ALLOW_PRIVATE_ENDPOINTS", "yes"},
                                                             {"EVENT_RETRY_SECONDS", "0.1,0.5,0.5,1,1,2,5,5,5"},
                                                             {"EVENT_LEASE_MS", "1000"}};

constexpr const char* unfinished =
    "select count(*) from events e left join deliveries d using (number) cross join endpoint_progress p "
    "where d.state is distinct from 'delivered' or e.number > p.position";

simulator::SimulatorOptions sure_twilio()
{
    simulator::SimulatorOptions options;
    options.callback_latency = std::chrono::milliseconds(5);
    options.undelivered_share = 0;
    return options;
}

struct Fixture
{
    test::TestDatabase database;
    test::RunningSimulator twilio{sure_twilio()};
    test::ServeProcess first{database, twilio, delivering_settings}, second{database, twilio, delivering_settings};
    EventReceiver receiver{[](const test::ReceivedEvent&, int number) {
        return number % 50 == 7 ? test::Reaction::reset : test::Reaction::accept;
    }};

    void end_leases() const { database.exec("update outbox set leased_until = now() where leased_until is not null"); }

    std::string start_campaign()
    {
        test::CampaignUpload upload;
        upload.header("Prefer", "respond-async").file(test::lapsed_customers(customers));
        return std::string(test::json_of(first.create(upload)).at("data").at("campaignId").as_string());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_kill, Fixture)

BOOST_AUTO_TEST_CASE(a_killed_process_loses_no_event_and_another_one_continues)
{
    first.start();
    const auto added = first.ask(test::json_request("/api/endpoints", {{"url", receiver.url()}}));
    BOOST_REQUIRE_MESSAGE(added.status == 201, added.body);
    const std::string campaign = start_campaign();
    receiver.wait_for(60);
    first.kill();
    end_leases();
    second.start();
    receiver.wait_for(300);
    second.kill();
    end_leases();
    second.start();
    test::wait_until(
        "nothing is left to send", [&] { return second.status(campaign).at("status").as_string() == "completed"; },
        std::chrono::seconds(60));
    twilio.wait_until_quiet();
    receiver.wait_for_all(database);
    BOOST_TEST(static_cast<std::int64_t>(receiver.accepted_once().size()) ==
               database.number("select count(*) from events"));
}

// As a process leaves it that is killed while an early event is under way.
BOOST_AUTO_TEST_CASE(the_next_process_delivers_what_waits_and_nothing_that_was_accepted)
{
    first.start();
    const auto added = first.ask(test::json_request("/api/endpoints", {{"url", receiver.url()}}));
    BOOST_REQUIRE_MESSAGE(added.status == 201, added.body);
    const std::string campaign = start_campaign();
    first.wait_until_final(campaign);
    twilio.wait_until_quiet();
    receiver.wait_for_all(database);
    test::wait_until("all of that is written down", [&] { return database.number(unfinished) == 0; });
    first.kill();
    const std::size_t before = receiver.accepted().size();
    database.exec("update endpoint_progress set position = 0; update deliveries set state = 'waiting', "
                  "next_at = case when kind = 'message.delivered' then 'infinity' else now() end from events "
                  "where events.number = deliveries.number and kind in ('message.sent', 'message.delivered') "
                  "and message_id = (select min(id) from messages)");

    second.start();
    test::wait_until("what waited is delivered", [&] { return database.number(unfinished) == 0; });
    BOOST_TEST(receiver.accepted().size() == before + 2);
}

BOOST_AUTO_TEST_SUITE_END()
