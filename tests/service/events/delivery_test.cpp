#include "server/events/signing.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/event_receiver.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace waybill;
using namespace std::chrono_literals;
using test::EventReceiver;
using test::RawReply;
using test::Reaction;
using test::ReceivedEvent;

namespace json = boost::json;

namespace
{

test::ServiceOptions delivering(std::size_t retries)
{
    test::ServiceOptions options;
    options.settings.allow_private_endpoints = true;
    options.settings.event_retries.assign(retries, 50ms);
    options.settings.event_deadline = 300ms;
    options.simulation.undelivered_share = 0;
    return options;
}

struct Fixture
{
    explicit Fixture(std::size_t retries = 12) : service(database, delivering(retries)) {}

    test::TestDatabase database;
    test::Service service;

    json::object add_endpoint(const std::string& url, json::object more = {})
    {
        more["url"] = url;
        const RawReply reply = service.ask(test::json_request("/api/endpoints", more));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
        return test::json_of(reply).as_object();
    }

    RawReply post(const std::string& target, const json::value& body = json::object())
    {
        return service.ask(test::json_request(target, body));
    }

    RawReply patch(const std::string& target, const json::value& body)
    {
        return service.ask(test::json_request(target, body).replace(0, 4, "PATCH"));
    }

    void send_campaign(int count)
    {
        const auto created = service.created(test::CampaignUpload().file(test::lapsed_customers(count)));
        service.wait_until_final(created.at("campaignId").as_string());
    }

    std::string send_message(const std::string& token = "")
    {
        std::string request = test::json_request("/api/messages", {{"to", "+15550100099"}, {"body", "Hello"}});
        if (!token.empty()) request = test::with_token(std::move(request), token);
        const RawReply reply = service.ask(request);
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
        return std::string(test::json_of(reply).at("id").as_string());
    }

    json::object one_endpoint(const json::object& endpoint)
    {
        return service.get_json("/api/endpoints/" + json::serialize(endpoint.at("id")));
    }
};

struct TwoRetries : Fixture
{
    TwoRetries() : Fixture(2) {}
};

std::string at(const json::object& endpoint, const std::string& rest = "")
{
    return "/api/endpoints/" + json::serialize(endpoint.at("id")) + rest;
}

void check_signature(const ReceivedEvent& received, const std::vector<std::string>& secrets)
{
    const std::int64_t timestamp = std::stoll(received.timestamp);
    BOOST_TEST(received.signature == events::signature_of(secrets, received.id, timestamp, received.body));
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    BOOST_TEST(std::chrono::duration_cast<std::chrono::seconds>(now).count() - timestamp < 120);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_delivery, Fixture)

BOOST_AUTO_TEST_CASE(an_endpoint_gets_every_event_signed_and_those_of_a_message_in_order)
{
    const EventReceiver receiver;
    const json::object endpoint = add_endpoint(receiver.url());
    send_campaign(20);
    service.twilio().wait_until_quiet();
    receiver.wait_for_all(database);
    const std::string secret(endpoint.at("secret").as_string());
    std::map<std::string, int> types;
    for (const ReceivedEvent& received : receiver.accepted()) {
        check_signature(received, {secret});
        BOOST_TEST(received.event.at("id").as_string() == received.id);
        ++types[std::string(received.event.at("type").as_string())];
    }
    BOOST_TEST(types["campaign.started"] == 1);
    BOOST_TEST(types["campaign.completed"] == 1);
    BOOST_TEST(!one_endpoint(endpoint).contains("secret"));
}

BOOST_AUTO_TEST_CASE(a_receiver_that_fails_in_every_way_and_comes_back_misses_nothing)
{
    const EventReceiver receiver([](const ReceivedEvent&, int number) {
        constexpr Reaction reactions[] = {Reaction::refuse, Reaction::accept,   Reaction::reset, Reaction::accept,
                                          Reaction::hang,   Reaction::redirect, Reaction::accept};
        return number < 70 ? reactions[number % 7] : Reaction::accept;
    });
    const json::object endpoint = add_endpoint(receiver.url());
    send_campaign(30);
    service.twilio().wait_until_quiet();
    receiver.wait_for_all(database);
    test::wait_until("nothing waits", [&] { return one_endpoint(endpoint).at("waitingDeliveries").as_int64() == 0; });
    BOOST_TEST(static_cast<std::int64_t>(receiver.accepted_once().size()) ==
               database.number("select count(*) from events"));
    BOOST_TEST(database.number("select count(*) from deliveries where state = 'delivered' and attempts > 1") > 0);
}

BOOST_FIXTURE_TEST_CASE(an_endpoint_that_refuses_too_often_is_disabled_and_gets_what_it_missed_when_it_is_enabled,
                        TwoRetries)
{
    std::atomic<bool> works = false;
    const EventReceiver receiver(
        [&](const ReceivedEvent&, int) { return works ? Reaction::accept : Reaction::refuse; });
    const json::object endpoint = add_endpoint(receiver.url());
    send_message();
    test::wait_until(
        "it is disabled", [&] { return one_endpoint(endpoint).at("disabled").as_bool(); }, std::chrono::seconds(60));
    const json::object disabled = one_endpoint(endpoint);
    BOOST_TEST(disabled.at("disabledReason").as_string().find("3 times") != json::string::npos);
    BOOST_TEST(disabled.at("disabledReason").as_string().find("not today!") != json::string::npos);
    BOOST_TEST(database.value("select action from audit_log order by id desc limit 1") == "endpoint.disable");
    BOOST_TEST(receiver.accepted().empty());
    const json::object failed = service.get_json(at(endpoint, "/deliveries?state=failed"));
    BOOST_TEST(failed.at("deliveries").at(0).at("httpStatus").as_int64() == 500);
    BOOST_TEST(failed.at("deliveries").at(0).at("answer").as_string() == "not today!");
    works = true;
    BOOST_TEST(patch(at(endpoint), {{"disabled", false}}).status == 200);
    service.twilio().wait_until_quiet();
    receiver.wait_for_all(database);
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_hangs_does_not_delay_another)
{
    const EventReceiver slow([](const ReceivedEvent&, int) { return Reaction::hang; });
    const EventReceiver quick;
    add_endpoint(slow.url());
    add_endpoint(quick.url());
    send_campaign(100);
    service.twilio().wait_until_quiet();
    quick.wait_for_all(database);
    BOOST_TEST(slow.accepted().empty());
}

BOOST_AUTO_TEST_CASE(endpoints_filter_by_event_campaign_and_key)
{
    const std::string shop = test::add_key_named(database, "shop", "admin");
    test::wait_until_closed(service);
    const EventReceiver delivered, of_campaign, of_key;
    const auto add = [&](json::object endpoint) {
        return service.ask(test::with_token(test::json_request("/api/endpoints", endpoint), shop));
    };
    BOOST_TEST(add({{"url", delivered.url()}, {"events", {"message.delivered"}}}).status == 201);
    BOOST_TEST(add({{"url", of_key.url()}, {"createdBy", "key:shop"}}).status == 201);
    database.exec("insert into senders (sender, paused_at, pause_reason, probe_at) "
                  "values ('*', now(), 'a test', now() + interval '1 day')");
    const std::string campaign = test::make_campaign(database, 2).public_id;
    BOOST_TEST(add({{"url", of_campaign.url()}, {"campaignId", campaign}}).status == 201);
    const std::string message = send_message(shop);
    service.ask(test::with_token(test::get_request("/api/senders/*/resume", "POST"), shop));
    test::wait_until("all messages are delivered", [&] {
        return database.number("select count(*) from messages where status <> 'delivered'") == 0 &&
               database.number("select count(*) from new_events") == 0;
    });
    of_key.wait_for(
        static_cast<std::size_t>(database.number("select count(*) from events where message_id = " + message)));
    of_campaign.wait_for(4);
    delivered.wait_for(3);
    test::wait_until("all was handled", [&] {
        return database.number("select count(*) from endpoint_progress where position < (select max(number) from "
                               "events)") == 0;
    });
    for (const ReceivedEvent& each : delivered.accepted())
        BOOST_TEST(each.event.at("type").as_string() == "message.delivered");
    for (const ReceivedEvent& each : of_campaign.accepted())
        BOOST_TEST(each.event.at("data").at("campaignId").as_string() == campaign);
    BOOST_TEST(of_key.types_of(message).back() == "message.delivered");
    BOOST_TEST(of_key.types_of(message).size() == of_key.accepted_once().size());
    const RawReply unknown = add({{"url", of_key.url()}, {"events", {"message.lost"}}});
    BOOST_TEST(unknown.status == 422);
    BOOST_TEST(add({{"url", of_key.url()}, {"campaignId", "sms_1_nothing"}}).status == 422);
}

BOOST_AUTO_TEST_CASE(two_secrets_sign_while_one_replaces_the_other)
{
    const EventReceiver receiver;
    const json::object endpoint = add_endpoint(receiver.url());
    const std::string first(endpoint.at("secret").as_string());
    const RawReply rotated = post(at(endpoint, "/rotate-secret"), {{"overlapHours", 1}});
    BOOST_TEST(rotated.status == 200);
    const std::string second(test::json_of(rotated).at("secret").as_string());
    BOOST_TEST(second != first);
    const RawReply tested = service.ask(test::get_request(at(endpoint, "/test"), "POST"));
    BOOST_TEST(test::json_of(tested).at("delivered").as_bool());
    BOOST_TEST(test::json_of(tested).at("httpStatus").as_int64() == 204);
    BOOST_TEST(receiver.accepted().at(0).event.at("type").as_string() == "endpoint.test");
    check_signature(receiver.accepted().at(0), {second, first});
    BOOST_TEST(post(at(endpoint, "/rotate-secret"), {{"overlapHours", 0}}).status == 200);
    service.ask(test::get_request(at(endpoint, "/test"), "POST"));
    BOOST_TEST(receiver.accepted().at(1).signature.find(' ') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(events_are_replayed_by_id_or_by_time)
{
    const EventReceiver receiver;
    const json::object endpoint = add_endpoint(receiver.url());
    send_message();
    service.twilio().wait_until_quiet();
    receiver.wait_for_all(database);
    const auto count = receiver.accepted().size();
    const auto handled = [&] { return database.number("select count(*) from deliveries where state = 'delivered'"); };
    test::wait_until("the deliveries are written down", [&] { return handled() == std::int64_t(count); });
    const json::object listed = service.get_json(at(endpoint, "/deliveries?limit=1"));
    BOOST_TEST(listed.at("deliveries").as_array().size() == 1);
    BOOST_TEST(listed.at("deliveries").at(0).at("type").as_string() == "message.delivered");
    BOOST_TEST(listed.at("deliveries").at(0).at("httpStatus").as_int64() == 204);
    BOOST_TEST(listed.at("nextCursor").is_string());
    const std::string id(listed.at("deliveries").at(0).at("eventId").as_string());
    const RawReply one = post(at(endpoint, "/replay"), {{"eventIds", {id}}});
    BOOST_TEST(one.status == 202);
    BOOST_TEST(test::json_of(one).at("replayed").as_int64() == 1);
    receiver.wait_until("it comes again",
                        [&](const EventReceiver& each) { return each.accepted().size() == count + 1; });
    BOOST_TEST(receiver.accepted().back().id == id);
    test::wait_until("the replay is written down", [&] { return handled() == std::int64_t(count); });
    const RawReply all =
        post(at(endpoint, "/replay"), {{"from", "2026-01-01T00:00:00Z"}, {"to", "2100-01-01T00:00:00Z"}});
    BOOST_TEST(test::json_of(all).at("replayed").as_int64() == std::int64_t(count));
    receiver.wait_until("all come again",
                        [&](const EventReceiver& each) { return each.accepted().size() == 2 * count + 1; });
    const std::vector<ReceivedEvent> came = receiver.accepted();
    for (std::size_t index = 0; index < count; ++index)
        BOOST_TEST(came[count + 1 + index].id == came[index].id);
    BOOST_TEST(post(at(endpoint, "/replay"), {{"from", "2026-01-01T00:00:00Z"}}).status == 422);
    BOOST_TEST(post(at(endpoint, "/replay"), {{"eventIds", {"17"}}}).status == 422);
}

BOOST_AUTO_TEST_CASE(an_endpoint_is_removed_with_its_deliveries_and_gets_nothing_more)
{
    const EventReceiver receiver;
    const json::object endpoint = add_endpoint(receiver.url());
    send_message();
    service.twilio().wait_until_quiet();
    receiver.wait_for_all(database);
    const auto count = receiver.accepted_once().size();
    BOOST_TEST(service.ask(test::get_request(at(endpoint), "DELETE")).status == 204);
    BOOST_TEST(service.get(at(endpoint)).status == 404);
    BOOST_TEST(database.number("select count(*) from deliveries") == 0);
    send_message();
    service.twilio().wait_until_quiet();
    BOOST_TEST(receiver.accepted_once().size() == count);
    BOOST_TEST(database.value("select endpoints from event_demand") == "f");
}

BOOST_AUTO_TEST_SUITE_END()
