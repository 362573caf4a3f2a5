#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

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
        test::add_user(database, "ben@example.com", "operator");
        test::wait_until_closed(service);
    }

    RawReply patch(const std::string& target, const json::value& body, const std::string& token) const
    {
        std::string request = test::json_request(target, body);
        return service.ask(test::with_token(request.replace(0, 4, "PATCH"), token));
    }
    RawReply change(const std::string& email, const json::value& body) const
    {
        return patch("/api/users/" + email, body, admin);
    }
    RawReply get(const std::string& target, const std::string& token) const
    {
        return service.ask(test::with_token(test::get_request(target), token));
    }
    std::string signed_in(const std::string& email) const
    {
        const RawReply reply =
            service.ask(test::json_request("/api/auth/login", {{"email", email}, {"password", test::password}}));
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
        return std::string(test::json_of(reply).at("token").as_string());
    }
    // {key, path}
    std::pair<std::string, std::string> add_key(json::object limits) const
    {
        limits["name"] = "shop";
        limits["role"] = "marketer";
        const RawReply reply = service.ask(test::with_token(test::json_request("/api/keys", limits), admin));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
        const json::value key = test::json_of(reply);
        return {std::string(key.at("key").as_string()), "/api/keys/" + std::to_string(key.at("id").as_int64())};
    }
    RawReply send(const std::string& key) const
    {
        const json::object message{{"to", "+15550100001"}, {"body", "Hello"}};
        return service.ask(test::with_token(test::json_request("/api/messages", message), key));
    }

    test::TestDatabase database;
    std::string admin = test::add_key(database, "admin");
    test::Service service{database};
};

// The first event of a stream, with what comes before it.
std::string first_event(test::RawHttp& stream)
{
    std::string events = stream.receive_chunk();
    while (events.find("data: ") == std::string::npos)
        events += stream.receive_chunk();
    return events;
}

std::string code_of(const RawReply& reply)
{
    return std::string(test::json_of(reply).at("code").as_string());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_changes, Fixture)

BOOST_AUTO_TEST_CASE(a_changed_role_counts_in_the_sessions_that_there_are)
{
    const std::string ben = signed_in("ben@example.com");
    BOOST_TEST(get("/api/users", ben).status == 403);
    const RawReply reply = change("ben@example.com", {{"role", "admin"}});
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(test::json_of(reply).at("role").as_string() == "admin");
    BOOST_TEST(get("/api/users", ben).status == 200);
    BOOST_TEST(change("ben@example.com", {{"role", "viewer"}}).status == 200);
    BOOST_TEST(get("/api/users", ben).status == 403);
    BOOST_TEST(get("/api/opt-outs/+15550100001", ben).status == 403);
    BOOST_TEST(test::json_of(get("/api/auth/me", ben)).at("user").at("role").as_string() == "viewer");
    BOOST_TEST(change("ben@example.com", {{"disabled", true}}).status == 200);
    BOOST_TEST(get("/api/campaigns", ben).status == 401);
    BOOST_TEST(change("ben@example.com", {{"disabled", false}, {"role", "operator"}}).status == 200);
    BOOST_TEST(get("/api/campaigns", ben).status == 401); // the session is over
    BOOST_TEST(get("/api/campaigns", signed_in("ben@example.com")).status == 200);
}

BOOST_AUTO_TEST_CASE(a_stream_that_showed_people_ends_when_its_user_may_not_see_them_any_more)
{
    const RawReply made = service.ask(
        test::with_token(CampaignUpload().file(test::lapsed_customers(1)).request("/api/campaigns/sms"), admin));
    const std::string id(test::json_of(made).at("data").at("campaignId").as_string());
    const std::string events = test::get_request("/api/campaigns/" + id + "/events");
    const std::string ben = signed_in("ben@example.com");
    test::RawHttp stream(service.port());
    stream.send(test::with_token(events, ben));
    BOOST_TEST(stream.receive_head().status == 200);
    BOOST_TEST(first_event(stream).find("Hi Customer 0!") != std::string::npos);
    BOOST_TEST(change("ben@example.com", {{"role", "viewer"}}).status == 200);
    while (!stream.receive_chunk().empty()) {
    }
    test::RawHttp again(service.port());
    again.send(test::with_token(events, ben));
    BOOST_TEST(again.receive_head().status == 200);
    BOOST_TEST(first_event(again).find("Hi Customer 0!") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_last_administrator_stays_one)
{
    const std::string ana = signed_in("ana@example.com");
    const RawReply demoted = patch("/api/users/ana@example.com", {{"role", "viewer"}}, ana);
    BOOST_TEST(demoted.status == 409);
    BOOST_TEST(code_of(demoted) == "last_administrator");
    BOOST_TEST(code_of(change("ana@example.com", {{"disabled", true}})) == "last_administrator");
    const RawReply disabled =
        service.ask(test::with_token(test::get_request("/api/users/ana@example.com/disable", "POST"), admin));
    BOOST_TEST(code_of(disabled) == "last_administrator");
    BOOST_TEST(code_of(patch("/api/users/ana@example.com", {{"disabled", true}}, ana)) == "own_account");
    BOOST_TEST(get("/api/users", ana).status == 200);
    BOOST_TEST(database.number("select count(*) from audit_log where action in ('user.change', 'user.disable')") == 0);
    BOOST_TEST(change("ben@example.com", {{"role", "admin"}}).status == 200);
    BOOST_TEST(patch("/api/users/ana@example.com", {{"role", "operator"}}, ana).status == 200);
    BOOST_TEST(get("/api/users", ana).status == 403);
    BOOST_TEST(code_of(change("ben@example.com", {{"role", "viewer"}})) == "last_administrator");
}

BOOST_AUTO_TEST_CASE(of_two_administrators_who_demote_each_other_one_stays)
{
    BOOST_TEST(change("ben@example.com", {{"role", "admin"}}).status == 200);
    for (int round = 0; round < 5; ++round) {
        int ben = 0;
        std::thread other([&] { ben = change("ben@example.com", {{"role", "viewer"}}).status; });
        const int ana = change("ana@example.com", {{"role", "viewer"}}).status;
        other.join();
        BOOST_TEST(ana + ben == 200 + 409);
        BOOST_TEST(database.number("select count(*) from users where role = 'admin'") == 1);
        BOOST_TEST(change(ana == 200 ? "ana@example.com" : "ben@example.com", {{"role", "admin"}}).status == 200);
    }
}

BOOST_AUTO_TEST_CASE(a_faulty_change_of_a_user_changes_nothing)
{
    for (const json::value& body :
         {json::value(json::object()), json::value{{"role", "root"}}, json::value{{"role", nullptr}},
          json::value{{"disabled", "yes"}}, json::value{{"disabled", nullptr}},
          json::value{{"role", "viewer"}, {"password", test::password}}})
        BOOST_TEST(change("ben@example.com", body).status == 422, body);
    BOOST_TEST(change("nobody@example.com", {{"role", "viewer"}}).status == 404);
    BOOST_TEST(patch("/api/users/ben@example.com", {{"role", "admin"}}, signed_in("ben@example.com")).status == 403);
    BOOST_TEST(database.value("select role from users where email = 'ben@example.com'") == "operator");
}

BOOST_AUTO_TEST_CASE(changed_limits_of_a_key_count_immediately)
{
    const auto [key, path] = add_key({{"dailyBudget", "0.0075"}}); // one segment
    BOOST_TEST(send(key).status == 201);
    BOOST_TEST(send(key).status == 429);
    const RawReply raised = patch(path, {{"dailyBudget", "0.0150"}, {"senders", {"+15005550007"}}}, admin);
    BOOST_TEST(raised.status == 200, raised.body);
    BOOST_TEST(test::json_of(raised).at("dailyBudget").as_string() == "0.0150");
    BOOST_TEST(!test::json_of(raised).as_object().contains("key"));
    BOOST_TEST(send(key).status == 403); // the default sender is another one
    BOOST_TEST(patch(path, {{"senders", json::array()}}, admin).status == 200);
    BOOST_TEST(send(key).status == 201);
    BOOST_TEST(send(key).status == 429);
    BOOST_TEST(patch(path, {{"dailyBudget", nullptr}, {"requestsPerMinute", 12}}, admin).status == 200);
    BOOST_TEST(send(key).status == 201);
    test::wait_until("the key is held to its requests", [&] { return get("/api/campaigns", key).status == 429; });
    BOOST_TEST(patch(path, {{"requestsPerMinute", nullptr}, {"role", "viewer"}}, admin).status == 200);
    BOOST_TEST(get("/api/campaigns", key).status == 200);
    BOOST_TEST(send(key).status == 403);
    BOOST_TEST(
        database.value("select concat_ws(' ', name, role, daily_budget, requests_per_minute, senders) from api_keys "
                       "where name = 'shop'") == "shop viewer");
}

BOOST_AUTO_TEST_CASE(the_expiry_of_a_key_is_moved_and_removed)
{
    const auto [key, path] = add_key({{"expiresInDays", 1}});
    database.exec("update api_keys set expires_at = now() - interval '1 minute' where name = 'shop'");
    test::wait_until("the key has expired", [&] { return get("/api/campaigns", key).status == 401; });
    BOOST_TEST(patch(path, {{"expiresInDays", 30}}, admin).status == 200);
    BOOST_TEST(get("/api/campaigns", key).status == 200);
    BOOST_TEST(database.number("select round(extract(epoch from expires_at - now()) / 86400) from api_keys "
                               "where name = 'shop'") == 30);
    const RawReply forever = patch(path, {{"expiresInDays", nullptr}}, admin);
    BOOST_TEST(test::json_of(forever).at("expiresAt").is_null());
}

BOOST_AUTO_TEST_CASE(a_faulty_change_of_a_key_changes_nothing)
{
    const auto [key, path] = add_key({{"dailyBudget", "1.00"}});
    for (const json::value& body :
         {json::value(json::object()), json::value{{"dailyBudget", "0"}}, json::value{{"dailyBudget", 5}},
          json::value{{"requestsPerMinute", 0}}, json::value{{"expiresInDays", -1}}, json::value{{"senders", {"shop"}}},
          json::value{{"role", "viewer"}, {"permissions", {"campaigns:read"}}},
          json::value{{"permissions", json::array()}},
          json::value{{"name", "other"}, {"dailyBudget", "2.00"}}}) // references and repetitions belong to the name
        BOOST_TEST(patch(path, body, admin).status == 422, body);
    BOOST_TEST(patch("/api/keys/4711", {{"dailyBudget", "2.00"}}, admin).status == 404);
    BOOST_TEST(patch(path, {{"dailyBudget", "2.00"}}, key).status == 403);
    BOOST_TEST(database.value("select name || ' ' || role || ' ' || daily_budget from api_keys where name = 'shop'") ==
               "shop marketer 10000");
    BOOST_TEST(service.ask(test::with_token(test::get_request(path, "DELETE"), admin)).status == 204);
    BOOST_TEST(patch(path, {{"dailyBudget", "2.00"}}, admin).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
