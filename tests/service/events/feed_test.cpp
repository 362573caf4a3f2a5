#include "tests/support/credentials.hpp"
#include "tests/support/event_stream.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill;
using test::RawReply;

namespace json = boost::json;

namespace
{

test::ServiceOptions sure_deliveries()
{
    test::ServiceOptions options;
    options.simulation.undelivered_share = 0;
    return options;
}

struct Fixture
{
    test::TestDatabase database;
    test::Service service{database, sure_deliveries()};

    json::object feed(const std::string& query) { return service.get_json("/api/events?" + query); }

    void send_message()
    {
        const RawReply reply =
            service.ask(test::json_request("/api/messages", {{"to", "+15550176543"}, {"body", "Hello"}}));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
    }

    void wait_for_event(const std::string& kind)
    {
        test::wait_until("it is numbered", [&] {
            return database.number("select count(*) from events where kind = '" + kind + "'") > 0;
        });
    }
};

std::string type_of(const json::value& event)
{
    return std::string(event.at("type").as_string());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_feed, Fixture)

BOOST_AUTO_TEST_CASE(the_feed_continues_behind_the_event_that_was_read_last)
{
    const json::object empty = feed("limit=10");
    BOOST_TEST(empty.at("events").as_array().empty());
    std::string after(empty.at("nextAfter").as_string());
    send_message();
    wait_for_event("message.delivered");
    std::vector<std::string> types;
    while (types.empty() || types.back() != "message.delivered") {
        const json::object page = feed("limit=1&after=" + after);
        types.push_back(type_of(page.at("events").at(0)));
        after = page.at("nextAfter").as_string();
        BOOST_TEST(page.at("events").at(0).at("id").as_string() == after);
    }
    BOOST_TEST(types == database.column("select kind from events order by number"), boost::test_tools::per_element());
    const json::object end = feed("after=" + after);
    BOOST_TEST(end.at("events").as_array().empty());
    BOOST_TEST(end.at("nextAfter").as_string() == after);
    BOOST_TEST(service.get("/api/events?after=17").status == 422);
    BOOST_TEST(service.get("/api/events?since=17").status == 422);
}

BOOST_AUTO_TEST_CASE(a_stream_shows_events_as_they_happen_and_continues_where_it_broke)
{
    std::string last, type;
    {
        test::EventStream stream(service.port(), "/api/events/stream");
        BOOST_TEST(stream.head().status == 200);
        stream.next_block(); // retry
        send_message();
        type = type_of(stream.next_data());
        BOOST_TEST(type.starts_with("message."));
        last = stream.last_id();
    }
    test::EventStream stream(service.port(), "/api/events/stream?after=" + last);
    stream.next_block();
    while (type != "message.delivered") {
        type = type_of(stream.next_data());
        BOOST_TEST(stream.last_id() != last);
        last = stream.last_id();
    }
}

BOOST_AUTO_TEST_CASE(without_people_read_nothing_of_a_person_is_shown)
{
    feed("");
    send_message();
    service.twilio().write_in("+15550176543", "I love it");
    wait_for_event("message.delivered");
    wait_for_event("reply.received");
    const std::string key = test::add_key_for(database, {"events:read"});
    test::wait_until_closed(service);
    const RawReply masked = service.ask(test::with_token(test::get_request("/api/events"), key));
    BOOST_TEST(masked.status == 200);
    test::RawHttp stream(service.port());
    stream.send(test::with_token(test::get_request("/api/events/stream?after=evt_0_0"), key));
    BOOST_TEST(stream.receive_head().status == 200);
    std::string streamed;
    while (streamed.find("reply.received") == std::string::npos)
        streamed += stream.receive_chunk();
    for (const std::string& text : {masked.body, streamed}) {
        BOOST_TEST(text.find("reply.received") != std::string::npos);
        BOOST_TEST(text.find("message.delivered") != std::string::npos);
        BOOST_TEST(text.find("+155*") != std::string::npos, text);
        for (const char* mark : {"5550176543", "6543", "I love it"})
            BOOST_TEST(text.find(mark) == std::string::npos, mark << ": " << text);
    }
}

BOOST_AUTO_TEST_CASE(an_unmasked_reader_is_in_the_audit_log_once_an_hour)
{
    feed("");
    feed("");
    BOOST_TEST(database.number("select count(*) from audit_log where object = '/api/events'") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
