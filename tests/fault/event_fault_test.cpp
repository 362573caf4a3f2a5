#include "db/events/events.hpp"
#include "tests/fault/kept_receipts.hpp"
#include "tests/fault/run_length.hpp"
#include "tests/support/event_receiver.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <map>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr std::int64_t event_run_seconds = 6;
constexpr int kills = 4; // one of them before anything was delivered

const std::map<std::string, std::string> prompt_settings{{"ALLOW_PRIVATE_ENDPOINTS", "yes"},
                                                         {"EVENT_RETRY_SECONDS", "0.1,0.5,0.5,1,1,2,5,5,5,5,5"},
                                                         {"EVENT_LEASE_MS", "1000"}};

// Refuses some of the events and drops some of the connections, so that kills find retries as well.
Reaction accept_most(const ReceivedEvent&, int number)
{
    if (number % 41 == 7) return Reaction::reset;
    return number % 23 == 11 ? Reaction::refuse : Reaction::accept;
}

// The kinds of each message's events in their order: as they were written, and as they arrived.
using Kinds = std::map<std::string, std::vector<std::string>>;

Kinds written_kinds(const TestDatabase& database)
{
    Kinds kinds;
    for (const std::string& line : database.column("select message_id || ' ' || kind from events "
                                                   "where kind like 'message.%' order by number")) {
        const std::size_t blank = line.find(' ');
        kinds[line.substr(0, blank)].push_back(line.substr(blank + 1));
    }
    return kinds;
}

Kinds arrived_kinds(const std::vector<ReceivedEvent>& events)
{
    Kinds kinds;
    for (const ReceivedEvent& each : events) {
        const std::string type(each.event.at("type").as_string());
        if (!type.starts_with("message.")) continue;
        kinds[std::string(each.event.at("data").at("id").as_string())].push_back(type);
    }
    return kinds;
}

void add_endpoint_for_messages(const ServeProcess& waybill, const EventReceiver& receiver)
{
    boost::json::array kinds;
    for (const std::string_view kind : db::event_kinds)
        if (kind.starts_with("message.")) kinds.emplace_back(boost::json::string_view(kind.data(), kind.size()));
    const RawReply added = waybill.ask(json_request("/api/endpoints", {{"url", receiver.url()}, {"events", kinds}}));
    BOOST_REQUIRE_MESSAGE(added.status == 201, added.body);
}

// After each start but the first some more is delivered before the next kill.
void kill_again_and_again(ServeProcess& waybill, const EventReceiver& receiver, const ReceiptLoad& load)
{
    for (int kill = 0; kill < kills; ++kill) {
        waybill.kill();
        const std::size_t enough = receiver.accepted_once().size() + (kill > 0 ? 100 : 0);
        waybill.start();
        receiver.wait_until("more is delivered", [&](const EventReceiver& each) {
            return each.accepted_once().size() >= enough || load.is_over();
        });
    }
}

std::size_t written_events(const TestDatabase& database)
{
    return static_cast<std::size_t>(database.number("select count(*) from events where kind like 'message.%'"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(event_faults)

BOOST_AUTO_TEST_CASE(whenever_waybill_is_killed_each_event_arrives_once_by_its_id_and_in_order)
{
    const auto [duration, seed] = RunLength(event_run_seconds);
    std::cerr << "event fault run of " << duration.count() << " seconds: WAYBILL_FAULT_SEED=" << seed << std::endl;

    const TestDatabase database;
    std::vector<db::MessageId> messages = accepted_messages(database, 4, 500);
    RunningSimulator twilio; // nothing is sent
    const EventReceiver receiver(accept_most);
    ServeProcess waybill(database, twilio, prompt_settings);
    waybill.start();
    add_endpoint_for_messages(waybill, receiver);
    ReceiptLoad load(waybill, std::move(messages), seed, duration);
    kill_again_and_again(waybill, receiver, load);
    wait_until(
        "every message has had its receipts", [&] { return load.is_over(); }, std::chrono::seconds(120));
    load.stop();

    wait_until("all receipts are stored and their events numbered", [&] {
        return waybill.metric("waybill_journal_records") == 0 &&
               database.number("select count(*) from new_events") == 0;
    });
    receiver.wait_for(written_events(database));
    BOOST_TEST(waybill.terminate() == 0);
    std::cerr << load.acknowledged() << " receipts acknowledged, " << receiver.accepted().size() << " events accepted, "
              << receiver.accepted_once().size() << " different ones" << std::endl;

    const std::vector<ReceivedEvent> arrived = receiver.accepted_once();
    BOOST_TEST(arrived.size() == written_events(database));
    const Kinds written = written_kinds(database);
    BOOST_CHECK(arrived_kinds(arrived) == written);
    BOOST_TEST(written.size() > 100U);
    BOOST_TEST(load.unexpected() == 0U);
    BOOST_TEST(receipt_faults(database, load.posted()) == "");
    BOOST_TEST(state_faults(database) == "");
}

BOOST_AUTO_TEST_SUITE_END()
