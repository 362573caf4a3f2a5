#include "server/api/routes.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace waybill;
using test::RawReply;

namespace
{

const std::string marked_person = "customer_name,phone_number,last_order_date\n"
                                  "Zebulon Quux,+15550176543,2020-01-31\n"
                                  "Zebulon Broken,not-a-number-Zebulon,2020-01-31\n";

// Nothing of the person's name or of the last digits of their numbers.
void check_nothing_of_the_person(const std::string& text, const std::string& where)
{
    for (const std::string mark : {"Zebulon", "Quux", "5550176543", "5550165432", "I love it"})
        BOOST_TEST(text.find(mark) == std::string::npos, where << ": " << text);
}

std::string filled(std::string path, const std::map<std::string, std::string>& values)
{
    for (const auto& [name, value] : values)
        if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
    return path;
}

struct Fixture
{
    Fixture()
    {
        const auto created = service.created(test::CampaignUpload().file(marked_person));
        campaign = created.at("campaignId").as_string();
        service.wait_until_final(campaign);
        database.exec("insert into opt_outs (phone_number, source) values ('+15550165432', 'operator')");
        database.exec(
            "insert into inbound_messages (sid, campaign_id, message_id, from_address, to_address, body, received_at) "
            "select 'SM1', campaign_id, id, '+15550176543', '+15005550006', 'I love it', now() from messages");
        message = database.value("select min(id) from messages");
        viewer = test::add_key(database, "viewer");
        test::wait_until_closed(service);
    }
    RawReply get(const std::string& target) { return service.ask(test::with_token(test::get_request(target), viewer)); }

    test::TestDatabase database;
    test::Service service{database};
    std::string campaign, message, viewer;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_masking, Fixture)

BOOST_AUTO_TEST_CASE(a_viewer_finds_nothing_of_a_person_on_any_route)
{
    int shown = 0;
    for (const api::Route& route : api::all_routes()) {
        const bool is_stream = route.path.ends_with("{id}/events") || route.path.ends_with("/stream");
        if (route.method != "GET" || is_stream) continue;
        const std::string id = route.path.starts_with("/api/messages/") ? message : campaign;
        const std::string path =
            filled(std::string(route.path), {{"{id}", id}, {"{phone}", "+15550165432"}, {"{name}", "app.js"}});
        const RawReply reply = get(path);
        check_nothing_of_the_person(reply.body, path);
        shown += reply.status == 200 ? 1 : 0;
    }
    BOOST_TEST(shown > 12);
}

BOOST_AUTO_TEST_CASE(a_viewer_finds_nothing_of_a_person_in_the_stream)
{
    test::RawHttp stream(service.port());
    stream.send(test::with_token(test::get_request("/api/campaigns/" + campaign + "/events"), viewer));
    BOOST_TEST(stream.receive_head().status == 200);
    std::string events = stream.receive_chunk();
    while (events.find("data: ") == std::string::npos)
        events += stream.receive_chunk();
    BOOST_TEST(events.find("sampleMessage") != std::string::npos);
    check_nothing_of_the_person(events, "events");
}

BOOST_AUTO_TEST_CASE(a_viewer_neither_searches_for_people_nor_exports_them)
{
    BOOST_TEST(get("/api/campaigns/" + campaign + "/messages?q=%2B15550176543").status == 403);
    BOOST_TEST(get("/api/opt-outs?q=555").status == 403);
    BOOST_TEST(get("/api/messages?recipient=%2B15550176543").status == 403);
    BOOST_TEST(get("/api/opt-outs/+15550165432").status == 403);
    BOOST_TEST(get("/api/campaigns/" + campaign + "/messages.csv").status == 403);
    BOOST_TEST(get("/api/campaigns/" + campaign + "/rejected-rows.csv").status == 403);
}

BOOST_AUTO_TEST_CASE(who_may_see_people_sees_them)
{
    const std::string operation = test::add_key(database, "operator");
    const std::string target = "/api/campaigns/" + campaign + "/messages";
    const RawReply reply = service.ask(test::with_token(test::get_request(target), operation));
    BOOST_TEST(reply.body.find("Zebulon Quux") != std::string::npos);
    BOOST_TEST(reply.body.find("+15550176543") != std::string::npos);
    const RawReply masked = get(target);
    BOOST_TEST(masked.body.find("+155********") != std::string::npos, masked.body);
    BOOST_TEST(masked.body.find("Z***") != std::string::npos, masked.body);
}

BOOST_AUTO_TEST_CASE(a_cursor_of_the_opt_outs_says_nothing_of_a_number)
{
    database.exec("insert into opt_outs (phone_number, source) values ('+15550165433', 'operator')");
    const RawReply first = get("/api/opt-outs?limit=1");
    const auto cursor = test::json_of(first).at("nextCursor");
    BOOST_REQUIRE(cursor.is_string());
    check_nothing_of_the_person(std::string(cursor.as_string()), "cursor");
    const RawReply second = get("/api/opt-outs?limit=1&cursor=" + std::string(cursor.as_string()));
    BOOST_TEST(second.status == 200, second.body);
    BOOST_TEST(test::json_of(second).at("nextCursor").is_null());
    BOOST_TEST(get("/api/opt-outs?limit=1&cursor=15550165432").status == 422);
}

BOOST_AUTO_TEST_SUITE_END()
