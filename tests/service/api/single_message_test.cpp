#include "server/api/contract/timestamps.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::HeaderFields;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::RunningSimulator;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

const json::object hello{{"to", "+1 555 010 0000"}, {"body", "Your table is ready"}};

json::object with(std::string_view field, json::value value)
{
    json::object request = hello;
    request[field] = std::move(value);
    return request;
}

struct Fixture
{
    TestDatabase database;
    Service service{database};

    RawReply post(const json::object& request, HeaderFields headers = {})
    {
        return service.ask(test::json_request("/api/messages", request, std::move(headers)));
    }
    RawReply post_keyed(const std::string& key, const json::object& request = hello)
    {
        return post(request, {{"Idempotency-Key", key}});
    }
    json::object wait_for(const RawReply& created, const std::string& status)
    {
        BOOST_REQUIRE_MESSAGE(created.status == 201, created.body);
        json::object message;
        test::wait_until("the message is " + status, [&] {
            message = service.get_json(created.field("Location"));
            return message.at("status").as_string() == status;
        });
        return message;
    }
    std::int64_t stored() const { return database.number("select count(*) from messages"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(single_message, Fixture)

BOOST_AUTO_TEST_CASE(it_is_sent_and_its_timeline_tells_every_step)
{
    const RawReply created = post(hello);
    const json::object reply = json_of(created).as_object();
    BOOST_TEST(created.field("Location") == "/api/messages/" + std::string(reply.at("id").as_string()));
    BOOST_TEST(reply.at("to").as_string() == "+15550100000");
    BOOST_TEST(reply.at("from").as_string() == RunningSimulator::phone_number);
    BOOST_TEST(reply.at("body").as_string() == "Your table is ready");
    BOOST_TEST(reply.at("status").as_string() == "pending");
    BOOST_TEST(reply.at("segments").as_int64() == 1);
    BOOST_TEST(reply.at("estimatedCost").as_string() == "0.0075");
    BOOST_TEST(reply.at("sendAt").is_null());

    const json::object message = wait_for(created, "delivered");
    BOOST_TEST(message.at("id") == reply.at("id"));
    BOOST_TEST(message.at("createdAt") == reply.at("createdAt"));
    BOOST_TEST(message.at("campaignId").is_null());
    BOOST_TEST(message.at("cost").as_string() == "0.0075");
    BOOST_TEST(message.at("sid").as_string().starts_with("SM"));
    std::multiset<std::string> reported;
    for (const json::value& event : message.at("events").as_array())
        reported.insert(std::string(event.at("source").as_string()) + " " +
                        std::string(event.at("status").as_string()));
    BOOST_TEST(reported == (std::multiset<std::string>{"send queued", "receipt sent", "receipt delivered"}));
    const json::value& last = message.at("events").as_array().back();
    BOOST_TEST(last.at("status").as_string() == "delivered");
    BOOST_TEST(last.at("sid") == message.at("sid"));
    BOOST_TEST(last.at("extra").at("To").as_string() == "+15550100000");
    BOOST_TEST(service.twilio().ledger().at(0).at("to").as_string() == "+15550100000");
    BOOST_TEST(service.metric("waybill_messages_accepted") == 0); // of campaigns alone
}

BOOST_AUTO_TEST_CASE(a_refused_one_says_why)
{
    const json::object message = wait_for(post(with("to", "+15005550009")), "failed");
    BOOST_TEST(message.at("errorCode").as_int64() == 21614);
    BOOST_TEST(message.at("errorMeaning").is_string());
    BOOST_TEST(message.at("events").at(0).at("errorCode").as_int64() == 21614);
    BOOST_TEST(message.at("cost").as_string() == "0.0000");
}

BOOST_AUTO_TEST_CASE(it_may_name_its_sender_and_wait_for_its_time)
{
    const auto tomorrow = api::to_iso8601(std::chrono::system_clock::now() + std::chrono::days(1));
    const RawReply created =
        post({{"to", "+15550100000"}, {"body", "x"}, {"from", "+15550109999"}, {"sendAt", tomorrow}});
    const json::object message = wait_for(created, "pending");
    BOOST_TEST(message.at("from").as_string() == "+15550109999");
    BOOST_TEST(message.at("sendAt").as_string() == tomorrow);
    database.exec("update outbox set due_at = now()");
    wait_for(created, "delivered");
    BOOST_TEST(service.twilio().ledger().at(0).at("from").as_string() == "+15550109999");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_it_is_told_at_once_and_nothing_is_stored)
{
    const RawReply reply = post({{"to", "12"}, {"body", ""}, {"sendAt", "tomorrow"}});
    BOOST_TEST(reply.status == 422);
    BOOST_TEST(json_of(reply).at("detail").as_array().size() == 3U);
    BOOST_TEST(
        service.ask(test::request_with_body("/api/messages", {{"Content-Type", "application/json"}}, "to=1")).status ==
        400);
    BOOST_TEST(post(with("body", json::string(70'000, 'x'))).status == 413);
    BOOST_TEST(post_keyed(std::string(256, 'k')).status == 422);
    BOOST_TEST(stored() == 0);
}

BOOST_AUTO_TEST_CASE(an_unknown_message_is_not_found)
{
    for (const char* id : {"1", "x", "9223372036854775808", "-1", "1%20"})
        BOOST_TEST(service.get("/api/messages/" + std::string(id)).status == 404, id);
}

BOOST_AUTO_TEST_CASE(a_campaigns_message_is_shown_with_its_timeline_and_found_by_its_number)
{
    const json::object data = service.created(CampaignUpload().file(lapsed_customers(3)));
    const std::string id(data.at("campaignId").as_string());
    service.wait_until_final(id);
    const std::string list = "/api/campaigns/" + id + "/messages";
    const json::object found = service.get_json(list + "?q=(555)%20010-0001");
    BOOST_REQUIRE(found.at("messages").as_array().size() == 1U);
    BOOST_TEST(found.at("messages").at(0).at("row").as_int64() == 2);
    BOOST_TEST(service.get_json(list + "?q=5550109999").at("messages").as_array().empty());
    BOOST_TEST(service.get_json(list + "?q=5550100001&status=failed").at("messages").as_array().empty());
    const auto found_by = [&](const std::string& words) {
        return service.get_json(list + "?q=" + words).at("messages").as_array().size();
    };
    BOOST_TEST(found_by("0001") == 1U);
    BOOST_TEST(found_by("CUSTOMER%202") == 1U);
    BOOST_TEST(found_by("customer") == 3U);
    BOOST_TEST(found_by("nobody") == 0U);
    BOOST_TEST(service.get(list + "?q=" + std::string(101, 'x')).status == 422);
    const json::object message =
        service.get_json("/api/messages/" + std::string(found.at("messages").at(0).at("id").as_string()));
    BOOST_TEST(message.at("campaignId").as_string() == id);
    BOOST_TEST(message.at("from").as_string() == RunningSimulator::phone_number);
    BOOST_TEST(message.at("name").as_string() == "Customer 1");
    BOOST_TEST(message.at("events").as_array().size() == 3U);
}

BOOST_AUTO_TEST_CASE(an_equal_request_gets_the_first_reply_again_byte_for_byte)
{
    const RawReply first = post_keyed("monday");
    wait_for(first, "delivered");
    const RawReply again = post_keyed("monday");
    BOOST_TEST(again.status == 201);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(again.field("Location") == first.field("Location"));
    BOOST_TEST(post_keyed("monday", with("body", "Another")).status == 422);
    BOOST_TEST(post_keyed("tuesday").body != first.body);
    BOOST_TEST(stored() == 2);
}

BOOST_AUTO_TEST_CASE(a_campaign_and_a_message_do_not_share_a_key)
{
    BOOST_TEST(service.create(CampaignUpload().header("Idempotency-Key", "monday").file(lapsed_customers(1))).status ==
               200);
    BOOST_TEST(post_keyed("monday").status == 422);
    BOOST_TEST(post_keyed("tuesday").status == 201);
    BOOST_TEST(service.create(CampaignUpload().header("Idempotency-Key", "tuesday").file(lapsed_customers(1))).status ==
               422);
}

BOOST_AUTO_TEST_CASE(equal_requests_at_the_same_time_send_one_message)
{
    std::vector<std::future<RawReply>> replies;
    for (int i = 0; i < 6; ++i)
        replies.push_back(std::async(std::launch::async, [&] { return post_keyed("now"); }));
    std::set<std::string> bodies;
    for (auto& reply : replies)
        bodies.insert(reply.get().body);
    BOOST_TEST(bodies.size() == 1U);
    BOOST_TEST(stored() == 1);
    test::wait_until("it is delivered", [&] { return database.value("select status from messages") == "delivered"; });
    BOOST_TEST(service.twilio().counters().accepted == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
