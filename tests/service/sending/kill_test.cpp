#include "tests/support/polling.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::RunningSimulator;
using test::ServeProcess;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

constexpr int customers = 400;

simulator::SimulatorOptions busy_twilio()
{
    simulator::SimulatorOptions options;
    options.api_latency = std::chrono::milliseconds(20);
    options.callback_latency = std::chrono::milliseconds(5);
    return options;
}

const std::map<std::string, std::string> a_second_or_so{{"MESSAGES_PER_SECOND", "300"}};

// A service with a campaign that takes a little more than a second to be sent.
struct Fixture
{
    Fixture()
    {
        waybill.start();
        const auto reply =
            waybill.create(CampaignUpload().header("Prefer", "respond-async").file(test::lapsed_customers(customers)));
        id = test::json_of(reply).at("data").at("campaignId").as_string().c_str();
    }

    void wait_until_accepted(std::uint64_t count)
    {
        test::wait_until("Twilio has them", [&] { return twilio.counters().accepted >= count; });
    }

    void wait_until_completed()
    {
        test::wait_until("nothing is left to send",
                         [&] { return waybill.status(id).at("status").as_string() == "completed"; });
        twilio.wait_until_quiet();
    }

    // The numbers that were texted, each once.
    std::set<std::string> texted()
    {
        std::set<std::string> recipients;
        for (const json::object& line : twilio.ledger()) {
            const std::string to(line.at("to").as_string());
            BOOST_TEST(recipients.insert(to).second, to << " was texted twice");
        }
        return recipients;
    }

    std::int64_t leased() const
    {
        return database.number("select count(*) from outbox where leased_until is not null");
    }

    TestDatabase database;
    RunningSimulator twilio{busy_twilio()};
    ServeProcess waybill{database, twilio, a_second_or_so};
    std::string id;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(kill, Fixture)

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_while_it_sends_texts_nobody_twice)
{
    for (const std::uint64_t moment : {60U, 120U}) {
        wait_until_accepted(moment);
        waybill.kill();
        BOOST_TEST(leased() > 0);
        database.exec("update outbox set leased_until = now() where leased_until is not null");
        waybill.start();
    }
    wait_until_completed();

    const std::set<std::string> recipients = texted();
    std::map<std::string, int> count;
    for (const json::object& message : waybill.messages(id)) {
        const std::string to(message.at("to").as_string()), status(message.at("status").as_string());
        ++count[status];
        if (recipients.contains(to))
            BOOST_TEST((status == "accepted" || status == "sent" || status == "delivered" || status == "unknown"),
                       to << " is " << status);
        else
            BOOST_TEST(status == "unknown", to << " is " << status << ", but was never sent");
    }
    BOOST_TEST(count["accepted"] + count["sent"] + count["delivered"] + count["unknown"] == customers);
    BOOST_TEST(count["unknown"] > 0);
    BOOST_TEST(count["delivered"] > customers / 2);
    database.wait_until_outbox_is_empty();
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_process_that_is_asked_to_end_drains)
{
    wait_until_accepted(100);
    BOOST_TEST(waybill.terminate() == 0);
    BOOST_TEST(leased() == 0);
    const std::uint64_t accepted = twilio.counters().accepted;
    BOOST_TEST(accepted < static_cast<std::uint64_t>(customers));
    BOOST_TEST(database.number("select count(accepted_at) from messages") == static_cast<std::int64_t>(accepted));
    BOOST_TEST(database.counter_faults() == "");

    waybill.start();
    wait_until_completed();
    BOOST_TEST(texted().size() == static_cast<std::size_t>(customers));
    BOOST_TEST(database.number("select count(*) from messages where status = 'unknown'") == 0);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
