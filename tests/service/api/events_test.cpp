#include "tests/support/event_stream.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>

using namespace waybill;
using test::CampaignUpload;
using test::EventStream;
using test::lapsed_customers;
using test::RunningSimulator;
using test::ServeProcess;
using test::Service;
using test::ServiceClient;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

std::string created_id(const ServiceClient& waybill, int customers)
{
    const json::object data = waybill.created(CampaignUpload().file(lapsed_customers(customers)));
    return std::string(data.at("campaignId").as_string());
}

std::string events_of(const std::string& campaign_id)
{
    return "/api/campaigns/" + campaign_id + "/events";
}

std::int64_t figure(const json::object& campaign, const char* name)
{
    return campaign.at("metrics").at(name).as_int64();
}

// Events until the figure is as expected: they are sent as they come, several changes in one when they are many.
json::object wait_for(EventStream& events, const char* name, std::int64_t expected)
{
    json::object campaign = events.next_data();
    while (figure(campaign, name) != expected)
        campaign = events.next_data();
    return campaign;
}

void wait_for_viewers(const ServiceClient& waybill, int count)
{
    test::wait_until("the viewers are counted", [&] { return waybill.metric("waybill_event_viewers") == count; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(events)

BOOST_AUTO_TEST_CASE(a_viewer_sees_the_campaign_at_once_and_every_change_of_it)
{
    TestDatabase database;
    test::ServiceOptions options;
    options.simulation.callback_latency = std::chrono::seconds(1);
    Service service(database, options);
    const std::string id = created_id(service, 3);
    EventStream events(service.port(), events_of(id));
    BOOST_TEST(events.head().status == 200);
    BOOST_TEST(events.head().field("Content-Type") == "text/event-stream");
    BOOST_TEST(events.head().field("Cache-Control") == "no-cache");
    BOOST_TEST(events.next_block() == "retry: 2000");
    const json::object first = events.next_data();
    BOOST_TEST(first.at("campaignId").as_string() == id);
    const std::string first_id = events.last_id();
    const json::object last = wait_for(events, "delivered", 3);
    BOOST_TEST(events.last_id() != first_id);
    BOOST_TEST(last.at("metrics") == service.status(id).at("metrics"));
    BOOST_TEST(figure(last, "messagesSent") == 3);
}

BOOST_AUTO_TEST_CASE(viewers_of_one_campaign_are_told_the_same_and_nothing_of_others)
{
    TestDatabase database;
    Service service(database);
    const std::string id = created_id(service, 1), other = created_id(service, 2);
    service.wait_until_final(id);
    service.wait_until_final(other);
    EventStream one(service.port(), events_of(id)), two(service.port(), events_of(id));
    EventStream stranger(service.port(), events_of(other));
    BOOST_TEST(one.next_data() == two.next_data());
    BOOST_TEST(stranger.next_data().at("campaignId").as_string() == other);
    wait_for_viewers(service, 3);
    database.exec("update campaigns set name = 'renamed' where public_id = '" + id + "'"); // by another process
    BOOST_TEST(one.next_data().at("name").as_string() == "renamed");
    BOOST_TEST(two.next_data().at("name").as_string() == "renamed");
    BOOST_TEST(one.last_id() == two.last_id());
    database.exec("update campaigns set name = 'too' where public_id = '" + other + "'");
    BOOST_TEST(stranger.next_data().at("name").as_string() == "too"); // its first news
}

BOOST_AUTO_TEST_CASE(a_viewer_that_leaves_frees_everything)
{
    TestDatabase database;
    Service service(database);
    const std::string id = created_id(service, 1);
    service.wait_until_final(id);
    {
        std::vector<std::unique_ptr<EventStream>> viewers;
        for (int i = 0; i < 50; ++i)
            viewers.push_back(std::make_unique<EventStream>(service.port(), events_of(id)));
        wait_for_viewers(service, 50);
    }
    wait_for_viewers(service, 0);
    test::wait_until("their connections are closed",
                     [&] { return service.metric("waybill_http_connections_open") == 1; }); // the one that asks
}

BOOST_AUTO_TEST_CASE(a_viewer_that_connects_again_after_a_restart_sees_what_happened_meanwhile)
{
    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill(database, twilio);
    waybill.start();
    const std::string id = created_id(waybill, 1);
    waybill.wait_until_final(id);
    std::optional<EventStream> viewer(std::in_place, waybill.port(), events_of(id));
    viewer->next_data();
    BOOST_TEST(waybill.terminate(std::chrono::seconds(5)) == 0); // an open viewer does not hold it up
    BOOST_CHECK_THROW(viewer->next_data(), std::runtime_error);
    database.exec("update campaigns set name = 'meanwhile'");
    waybill.start();
    viewer.emplace(waybill.port(), events_of(id));
    BOOST_TEST(viewer->next_data().at("name").as_string() == "meanwhile");
}

BOOST_AUTO_TEST_CASE(a_viewer_goes_on_when_the_database_is_back)
{
    TestDatabase database;
    Service service(database);
    const std::string id = created_id(service, 1);
    service.wait_until_final(id);
    EventStream events(service.port(), events_of(id));
    events.next_data();
    database.go_away();
    test::wait_until("the service has noticed", [&] { return service.get("/readyz").status == 503; });
    database.come_back();
    database.exec("update campaigns set name = 'back'");
    BOOST_TEST(events.next_data().at("name").as_string() == "back");
}

BOOST_AUTO_TEST_CASE(an_unknown_campaign_has_no_events)
{
    TestDatabase database;
    Service service(database);
    BOOST_TEST(service.get(events_of("sms_1_nobody")).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
