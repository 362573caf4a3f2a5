#include "tests/support/credentials.hpp"
#include "tests/support/service.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::HeaderFields;
using test::json_of;
using test::json_request;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

struct Fixture
{
    TestDatabase database;
    Service service{database};

    RawReply send(json::object message) const { return service.ask(json_request("/api/messages", message)); }
    std::vector<std::string> found(const std::string& query) const
    {
        std::vector<std::string> numbers;
        const json::object page = service.get_json("/api/messages" + query);
        for (const json::value& each : page.at("messages").as_array())
            numbers.emplace_back(each.at("to").as_string());
        return numbers;
    }
};

using Numbers = std::vector<std::string>;

json::object inline_campaign(json::array recipients)
{
    return {{"restaurantName", "Luigi's"},
            {"offer", "20% off"},
            {"offerCode", "SAVE20"},
            {"message", "Hi {customer_name}, your {drink}!"},
            {"recipients", std::move(recipients)}};
}

json::value recipient(const char* name, const char* number, const std::string& reference = "",
                      const json::value& metadata = nullptr)
{
    json::object made{{"customerName", name}, {"phoneNumber", number}, {"drink", "tea"}};
    if (!reference.empty()) made["reference"] = reference;
    if (!metadata.is_null()) made["metadata"] = metadata;
    return made;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(message_list, Fixture)

BOOST_AUTO_TEST_CASE(messages_are_found_by_what_is_known_of_them)
{
    const std::string campaign(
        service.created(CampaignUpload().file(lapsed_customers(2))).at("campaignId").as_string());
    send({{"to", "+15550100001"}, {"body", "Hi"}, {"reference", "order-1"}, {"metadata", {{"shop", 7}}}});
    send({{"to", "+15550100009"}, {"body", "Hi"}, {"from", "+15005550099"}});
    service.wait_until_final(campaign);

    BOOST_TEST(found("") == (Numbers{"+15550100009", "+15550100001", "+15550100001", "+15550100000"}));
    BOOST_TEST(found("?recipient=%2B15550100001").size() == 2U);
    BOOST_TEST(found("?sender=%2B15005550099") == Numbers{"+15550100009"});
    BOOST_TEST(found("?campaign=" + campaign) == (Numbers{"+15550100001", "+15550100000"}));
    BOOST_TEST(found("?status=canceled").empty());
    BOOST_TEST(found("?createdTo=2020-01-01T00:00:00Z").empty());
    BOOST_TEST(found("?createdFrom=2020-01-01T00:00:00Z").size() == 4U);

    const json::value one = service.get_json("/api/messages?reference=order-1").at("messages").at(0);
    BOOST_TEST(one.at("to").as_string() == "+15550100001");
    BOOST_TEST(one.at("campaignId").is_null());
    BOOST_TEST((one.at("metadata") == json::value{{"shop", 7}}));
    BOOST_TEST(service.get("/api/messages?recipient=12").status == 422);
    BOOST_TEST(service.get("/api/messages?createdFrom=yesterday").status == 422);
}

BOOST_AUTO_TEST_CASE(pages_follow_each_other_until_every_message_was_listed)
{
    for (const std::string number : {"+15550100001", "+15550100002", "+15550100003"})
        send({{"to", number}, {"body", "Hi"}});
    const json::object first = service.get_json("/api/messages?limit=2");
    BOOST_TEST(first.at("messages").as_array().size() == 2U);
    const std::string cursor(first.at("nextCursor").as_string());
    BOOST_TEST(found("?limit=2&cursor=" + cursor) == Numbers{"+15550100001"});
    BOOST_TEST(service.get_json("/api/messages?limit=3").at("nextCursor").is_null());
}

BOOST_AUTO_TEST_CASE(a_repeated_reference_returns_the_first_message)
{
    const json::object message{{"to", "+15550100001"}, {"body", "Hi"}, {"reference", "order-1"}};
    const RawReply first = send(message), second = send(message);
    BOOST_TEST(first.status == 201);
    BOOST_TEST(second.status == 200);
    BOOST_TEST(json_of(second).at("id") == json_of(first).at("id"));
    BOOST_TEST(json_of(second).at("reference").as_string() == "order-1");
    BOOST_TEST(database.number("select count(*) from messages") == 1);
    BOOST_TEST(send({{"to", "+15550100001"}, {"body", "Hi"}, {"metadata", json::array{1}}}).status == 422);
    BOOST_TEST(send({{"to", "+15550100001"}, {"body", "Hi"}, {"metadata", {{"a", std::string(2'000, 'a')}}}}).status ==
               422);
}

BOOST_AUTO_TEST_CASE(each_message_of_a_batch_has_its_own_result)
{
    service.ask(test::get_request("/api/opt-outs/+15550100003", "PUT"));
    const json::object batch{
        {"messages",
         json::array{json::object{{"to", "+15550100001"}, {"body", "One"}}, json::object{{"to", "12"}, {"body", "Two"}},
                     json::object{{"to", "+15550100003"}, {"body", "Three"}},
                     json::object{{"to", "+15550100004"}, {"body", "Four"}, {"reference", "r"}},
                     json::object{{"to", "+15550100004"}, {"body", "Four"}, {"reference", "r"}}}}};
    const HeaderFields key{{"Idempotency-Key", "batch-1"}};
    const RawReply reply = service.ask(json_request("/api/messages/batch", batch, key));
    BOOST_TEST(reply.status == 200);
    const json::array results = json_of(reply).at("results").as_array();
    std::vector<std::int64_t> statuses;
    for (const json::value& each : results)
        statuses.push_back(each.at("status").as_int64());
    BOOST_TEST(statuses == (std::vector<std::int64_t>{201, 422, 422, 201, 200}));
    BOOST_TEST(results.at(0).at("message").at("to").as_string() == "+15550100001");
    BOOST_TEST(results.at(1).at("error").at("code").as_string() == "invalid_phone_number");
    BOOST_TEST(results.at(2).at("error").at("code").as_string() == "recipient_opted_out");
    BOOST_TEST(results.at(4).at("message").at("id") == results.at(3).at("message").at("id"));
    BOOST_TEST(database.number("select count(*) from messages") == 2);
    BOOST_TEST(service.ask(json_request("/api/messages/batch", batch, key)).body == reply.body);
    BOOST_TEST(service.ask(json_request("/api/messages/batch", {{"messages", json::array()}})).status == 422);
    const json::object typo{{"messages", json::array{json::object{{"to", "+15550100001"}, {"text", "One"}}}}};
    const RawReply unknown = service.ask(json_request("/api/messages/batch", typo));
    BOOST_TEST(unknown.body.find("messages[0].text") != std::string::npos, unknown.body);
}

BOOST_AUTO_TEST_CASE(a_campaign_takes_its_recipients_from_the_request)
{
    json::object campaign = inline_campaign(
        {json::object{{"customerName", "Ana"}, {"phoneNumber", "+15550100001"}, {"drink", "tea"}},
         json::object{{"customerName", "Bob"}, {"phoneNumber", "+15550100002"}, {"drink", "=milk, warm"}},
         json::object{{"customerName", "Eve"}, {"phoneNumber", "12"}, {"drink", "wine"}}});
    campaign["reference"] = "spring";
    campaign["metadata"] = {{"wave", 2}};
    const RawReply created = service.ask(json_request("/api/campaigns", campaign));
    BOOST_TEST(created.status == 200, created.body);
    const json::value data = json_of(created).at("data");
    const std::string id(data.at("campaignId").as_string());
    BOOST_TEST(data.at("lapsedCustomersFound").as_int64() == 2);
    BOOST_TEST(data.at("csvErrorCount").as_int64() == 1);
    BOOST_TEST(data.at("reference").as_string() == "spring");
    BOOST_TEST(service.messages(id).at(1).at("body").as_string() == "Hi Bob, your =milk, warm!");
    BOOST_TEST((service.get_json("/api/campaigns/" + id).at("metadata") == json::value{{"wave", 2}}));
    BOOST_TEST(service.get("/api/campaigns/" + id + "/messages.csv").body.find(R"(,spring,"{""wave"":2}")") !=
               std::string::npos);

    const RawReply again = service.ask(json_request("/api/campaigns", campaign));
    BOOST_TEST(json_of(again).at("data").at("campaignId").as_string() == id);
    BOOST_TEST(database.number("select count(*) from campaigns") == 1);
    const RawReply none = service.ask(json_request("/api/campaigns", inline_campaign({})));
    BOOST_TEST(none.status == 422);
    BOOST_TEST(none.body.find("1 to 10000 recipients") != std::string::npos, none.body);
}

BOOST_AUTO_TEST_CASE(recipients_have_references_and_metadata_that_come_back_with_their_messages)
{
    send({{"to", "+15550100009"}, {"body", "Hi"}}); // what comes later has other ids than rows
    json::object campaign =
        inline_campaign({recipient("Eve", "12", "order-1"), recipient("Ana", "+15550100001", "order-2", {{"table", 7}}),
                         recipient("Bob", "+15550100002"), recipient("Cy", "+15550100003", "", {{"table", 8}})});
    campaign["reference"] = "spring";
    const RawReply created = service.ask(json_request("/api/campaigns", campaign));
    BOOST_REQUIRE_MESSAGE(created.status == 200, created.body);
    const std::string id(json_of(created).at("data").at("campaignId").as_string());

    const std::vector<json::object> listed = service.messages(id);
    BOOST_REQUIRE(listed.size() == 3U);
    BOOST_TEST(listed[0].at("reference").as_string() == "order-2");
    BOOST_TEST((listed[0].at("metadata") == json::value{{"table", 7}}));
    BOOST_TEST(listed[1].at("reference").is_null());
    BOOST_TEST(listed[1].at("metadata").is_null());
    BOOST_TEST((listed[2].at("metadata") == json::value{{"table", 8}}));

    BOOST_TEST(found("?reference=order-2") == Numbers{"+15550100001"});
    BOOST_TEST(found("?reference=order-1").empty()); // its number is none
    const std::string message(listed[0].at("id").as_string());
    const json::object one = service.get_json("/api/messages/" + message);
    BOOST_TEST(one.at("reference").as_string() == "order-2");
    BOOST_TEST(one.at("campaignId").as_string() == id);
    const std::string csv = service.get("/api/campaigns/" + id + "/messages.csv").body;
    BOOST_TEST(csv.find(R"(,spring,,order-2,"{""table"":7}")") != std::string::npos, csv);
    const RawReply single = send({{"to", "+15550100001"}, {"body", "Hi"}, {"reference", "order-2"}});
    BOOST_TEST(single.status == 200);
    BOOST_TEST(json_of(single).at("id").as_string() == message);
}

BOOST_AUTO_TEST_CASE(a_recipients_reference_that_is_not_new_stores_nothing)
{
    const auto refused = [&](json::array recipients) {
        json::object campaign = inline_campaign(std::move(recipients));
        const RawReply reply = service.ask(json_request("/api/campaigns", campaign));
        BOOST_TEST(reply.status == 422, reply.body);
        BOOST_TEST(database.number("select count(*) from campaigns") == 0);
        return std::string(json_of(reply).at("error").as_string());
    };
    send({{"to", "+15550100009"}, {"body", "Hi"}, {"reference", "order-1"}});
    BOOST_TEST(refused({recipient("Ana", "+15550100001", "order-2"), recipient("Bob", "+15550100002", "order-1")}) ==
               "recipients: the reference order-1 was used for another message; each message needs its own");
    BOOST_TEST(refused({recipient("Ana", "+15550100001", "order-2"), recipient("Bob", "+15550100002", "order-2")}) ==
               "recipients[1].reference: is that of recipients[0] as well; each message needs its own");
    BOOST_TEST(refused({recipient("Ana", "+15550100001", std::string(256, 'r'))}) ==
               "recipients[0].reference: must have at most 255 bytes");
    json::object faulty = recipient("Ana", "+15550100001").as_object();
    faulty["metadata"] = json::array{1};
    BOOST_TEST(refused({faulty}) == "recipients[0].metadata: must be a JSON object");
    BOOST_TEST(database.number("select count(*) from message_labels") == 1);
}

BOOST_AUTO_TEST_CASE(blank_recipients_do_not_shift_the_references_of_the_others)
{
    json::object blank{{"customerName", " "}, {"phoneNumber", ""}};
    json::object ana = recipient("Ana", "+15550100001", "order-1").as_object();
    ana["lastOrderDate"] = "2020-01-01";
    json::object campaign = inline_campaign({blank, ana});
    campaign["message"] = "Hi {customer_name}";
    campaign["lapsedAfterDays"] = 30;
    BOOST_TEST(service.ask(json_request("/api/campaigns", campaign)).status == 200);
    BOOST_TEST(found("?reference=order-1") == Numbers{"+15550100001"});
}

BOOST_AUTO_TEST_SUITE_END()
