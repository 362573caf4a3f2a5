#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::RawReply;

namespace json = boost::json;

namespace
{

struct Fixture
{
    Fixture()
    {
        test::add_user(database, "ana@example.com", "admin");
        test::wait_until_closed(service);
    }

    RawReply add(json::object limits)
    {
        limits["name"] = "shop";
        limits["role"] = "marketer";
        return service.ask(test::with_token(test::json_request("/api/keys", limits), admin));
    }
    std::string key_with(const json::object& limits)
    {
        const RawReply reply = add(limits);
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
        return std::string(test::json_of(reply).at("key").as_string());
    }
    RawReply get(const std::string& key)
    {
        return service.ask(test::with_token(test::get_request("/api/campaigns"), key));
    }
    RawReply send(const std::string& key, json::object message)
    {
        message["to"] = "+15550100001";
        message["body"] = "Hello";
        return service.ask(test::with_token(test::json_request("/api/messages", message), key));
    }
    RawReply upload(const std::string& key, const CampaignUpload& campaign)
    {
        return service.ask(test::with_token(campaign.request("/api/campaigns/sms"), key));
    }

    test::TestDatabase database;
    std::string admin = test::add_key(database, "admin");
    test::Service service{database};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_key_limits, Fixture)

BOOST_AUTO_TEST_CASE(a_key_is_held_to_its_requests_per_minute)
{
    const std::string key = key_with({{"requestsPerMinute", 12}});
    BOOST_TEST(get(key).status == 200);
    BOOST_TEST(get(key).status == 200);
    const RawReply refused = get(key);
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(std::stoi(refused.field("Retry-After")) >= 1);
    BOOST_TEST(std::stoi(refused.field("Retry-After")) <= 5);
    BOOST_TEST(get(admin).status == 200);
}

BOOST_AUTO_TEST_CASE(a_key_sends_from_its_senders_alone)
{
    const std::string key = key_with({{"senders", {"+15005550007", "12345"}}});
    const RawReply refused = send(key, {});
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.body.find("+15005550007, 12345") != std::string::npos, refused.body);
    BOOST_TEST(send(key, {{"from", "+15005550006"}}).status == 403);
    BOOST_TEST(send(key, {{"from", "+15005550007"}}).status == 201);
    const CampaignUpload campaign = CampaignUpload().file(test::lapsed_customers(1));
    BOOST_TEST(upload(key, campaign).status == 403);
    BOOST_TEST(upload(key, CampaignUpload(campaign).with("from", "+15005550007")).status == 200);
    BOOST_TEST(database.number("select count(*) from messages") == 2);
}

BOOST_AUTO_TEST_CASE(a_key_creates_no_more_than_its_daily_budget)
{
    const std::string key = key_with({{"dailyBudget", "0.0300"}}); // four segments
    BOOST_TEST(upload(key, CampaignUpload().file(test::lapsed_customers(5))).status == 429);
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    BOOST_TEST(upload(key, CampaignUpload().file(test::lapsed_customers(3))).status == 200);
    BOOST_TEST(send(key, {}).status == 201);
    const RawReply refused = send(key, {});
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(std::stoi(refused.field("Retry-After")) >= 1);
    BOOST_TEST(std::stoi(refused.field("Retry-After")) <= 86'400);
    BOOST_TEST(send(admin, {}).status == 201);
    database.exec("update daily_spending set day = day - 1");
    BOOST_TEST(send(key, {}).status == 201);
    BOOST_TEST(database.number("select count(*) from messages") == 6);
}

BOOST_AUTO_TEST_CASE(a_used_up_budget_of_a_key_is_an_event_once_a_day)
{
    const std::string key = key_with({{"dailyBudget", "0.0300"}}); // four segments
    const auto events = [&] {
        return database.number("select count(*) from (select kind, principal from new_events union all select kind, "
                               "principal from events) as e where kind = 'budget.reached' and principal = 'key:shop'");
    };
    BOOST_TEST(upload(key, CampaignUpload().file(test::lapsed_customers(5))).status == 429); // more than a day's
    BOOST_TEST(upload(key, CampaignUpload().file(test::lapsed_customers(3))).status == 200);
    BOOST_TEST(events() == 0);
    BOOST_TEST(upload(key, CampaignUpload().file(test::lapsed_customers(2))).status ==
               429); // what is left is not enough
    BOOST_TEST(events() == 1);
    BOOST_TEST(send(key, {}).status == 201); // the last segment
    BOOST_TEST(send(key, {}).status == 429);
    BOOST_TEST(events() == 1);
    database.exec("update daily_spending set day = day - 1");
    for (int sent = 0; sent < 4; ++sent)
        BOOST_TEST(send(key, {}).status == 201);
    BOOST_TEST(events() == 2); // with the last one, before anything is refused
    test::wait_until("they are numbered", [&] { return database.number("select count(*) from new_events") == 0; });
    const RawReply feed = service.ask(test::with_token(test::get_request("/api/events"), admin));
    const json::value page = test::json_of(feed);
    json::value reached;
    for (const json::value& each : page.at("events").as_array())
        if (each.at("type").as_string() == "budget.reached") reached = each.at("data");
    BOOST_TEST(reached.at("principal").as_string() == "key:shop");
    BOOST_TEST(
        std::string(reached.at("reason").as_string()).starts_with("The daily budget of 0.0300 USD of key:shop is"));
}

BOOST_AUTO_TEST_CASE(a_message_of_a_batch_that_the_budget_does_not_cover_is_an_event)
{
    const std::string key = key_with({{"dailyBudget", "0.0250"}}); // two segments and a rest
    const json::object message{{"to", "+15550100001"}, {"body", std::string(200, 'x')}};
    const json::object batch{{"messages", json::array{message, message}}};
    const RawReply reply = service.ask(test::with_token(test::json_request("/api/messages/batch", batch), key));
    BOOST_TEST(test::json_of(reply).at("results").at(0).at("status").as_int64() == 201);
    BOOST_TEST(test::json_of(reply).at("results").at(1).at("status").as_int64() == 429);
    BOOST_TEST(database.number("select count(*) from daily_spending where reached_at is not null") == 1);
}

BOOST_AUTO_TEST_CASE(a_day_of_a_keys_budget_is_one_of_the_time_zone)
{
    const auto hour = database.number("select extract(hour from now() at time zone 'UTC')");
    const std::string zone = hour < 11 ? "Etc/GMT+12" : "Etc/GMT-14"; // where it is yesterday, or already tomorrow
    test::ServiceOptions options;
    options.settings.time_zone = zone;
    test::Service elsewhere(database, options);
    const std::string key = key_with({{"dailyBudget", "0.0075"}}); // one segment
    const auto send_there = [&] {
        const json::object message{{"to", "+15550100001"}, {"body", "Hello"}};
        return elsewhere.ask(test::with_token(test::json_request("/api/messages", message), key));
    };
    BOOST_TEST(send_there().status == 201);
    BOOST_TEST(database.value("select day = (now() at time zone '" + zone + "')::date from daily_spending") == "t");
    const RawReply refused = send_there();
    BOOST_TEST(refused.status == 429);
    const auto left = database.number("select ceil(extract(epoch from (day + 1)::timestamp at time zone '" + zone +
                                      "' - now())) from daily_spending");
    BOOST_TEST(std::abs(std::stoi(refused.field("Retry-After")) - left) <= 60);
}

BOOST_AUTO_TEST_CASE(what_a_campaign_may_cost_counts_and_not_what_it_would)
{
    const std::string key = key_with({{"dailyBudget", "0.0300"}});
    const CampaignUpload large = CampaignUpload().file(test::lapsed_customers(8));
    BOOST_TEST(upload(key, CampaignUpload(large).with("maxCost", "0.0300")).status == 200);
    BOOST_TEST(database.value("select amount from daily_spending") == "300");
}

BOOST_AUTO_TEST_CASE(a_key_ends_on_its_day_of_expiry)
{
    const std::string key = key_with({{"expiresInDays", 1}});
    BOOST_TEST(get(key).status == 200);
    database.exec("update api_keys set expires_at = now() - interval '1 second' where name = 'shop'");
    test::wait_until("the key has expired", [&] { return get(key).status == 401; });
}

BOOST_AUTO_TEST_CASE(the_list_shows_the_limits_and_faulty_ones_are_refused)
{
    const json::object limits{{"requestsPerMinute", 60}, {"dailyBudget", "5"}, {"senders", {"+15005550007"}}};
    const json::object shown = test::json_of(add(limits)).as_object();
    BOOST_TEST(shown.at("requestsPerMinute").as_int64() == 60);
    BOOST_TEST(shown.at("dailyBudget").as_string() == "5.0000");
    BOOST_TEST(shown.at("senders").at(0).as_string() == "+15005550007");
    for (const json::object& faulty : {json::object{{"requestsPerMinute", 0}},
                                       {{"requestsPerMinute", "60"}},
                                       {{"dailyBudget", "0"}},
                                       {{"dailyBudget", 5}},
                                       {{"dailyBudget", "five"}},
                                       {{"senders", {"shop"}}},
                                       {{"senders", "+15005550007"}}})
        BOOST_TEST(add(faulty).status == 422, faulty);
}

BOOST_AUTO_TEST_SUITE_END()
