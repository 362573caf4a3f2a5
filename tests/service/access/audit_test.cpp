#include "server/access/token.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/api/routes.hpp"
#include "tests/service/access/audited_database.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using test::RawReply;

namespace json = boost::json;

namespace
{

constexpr const char* request_name = "my-request.17";

// What changes something without being a change by a principal.
const std::set<std::string> not_audited = {"POST /webhooks/twilio/status/{id}",
                                           "POST /webhooks/twilio/inbound",
                                           "POST /api/campaigns/sms/preview",
                                           "POST /api/endpoints/{id}/test", // changes nothing here, and is in the log
                                           "POST /api/notifications/{id}/test", // likewise
                                           "POST /api/campaigns/sms/preview/rejected-rows.csv",
                                           "DELETE /api/people/{number}"}; // erasure_test.cpp

test::ServiceOptions with_private_endpoints()
{
    test::ServiceOptions options;
    options.settings.allow_private_endpoints = true;
    return options;
}

struct Fixture
{
    test::TestDatabase database;
    test::Service service{database, with_private_endpoints()};
    std::string token;
    std::set<std::string> performed;

    Fixture() { pause_account(); }

    // Nothing leaves, so that nothing but the requests changes anything.
    void pause_account() const
    {
        database.exec("insert into senders (sender, paused_at, pause_reason, probe_at) "
                      "values ('*', now(), 'a test', now() + interval '1 day') "
                      "on conflict (sender) do update set paused_at = excluded.paused_at, "
                      "pause_reason = excluded.pause_reason, probe_at = excluded.probe_at");
    }

    std::int64_t last_row() { return database.number("select coalesce(max(id), 0) from audit_log"); }

    // Performs the request and holds its one row of the log against what it has really changed.
    RawReply perform(const std::string& route, std::string request, const std::string& action,
                     const std::string& principal = "key:test")
    {
        performed.insert(route);
        if (!token.empty()) request = test::with_token(std::move(request), token);
        request = test::with_header(std::move(request), "X-Request-Id", request_name);
        const test::Snapshot before = test::snapshot(database);
        const std::int64_t last = last_row();
        RawReply reply = service.ask(request);
        BOOST_REQUIRE_MESSAGE(reply.status >= 200 && reply.status < 300, route << ": " << reply.body);
        const test::Snapshot after = test::snapshot(database);
        const std::string rows = " from audit_log where id > " + std::to_string(last);
        BOOST_TEST(database.number("select count(*)" + rows) == 1, route);
        rows_match(route, rows, reply, test::difference(before, after));
        BOOST_TEST(database.value("select action" + rows) == action);
        BOOST_TEST(database.value("select principal" + rows) == principal, route);
        BOOST_TEST(database.value("select peer" + rows) == "127.0.0.1");
        return reply;
    }

    void rows_match(const std::string& route, const std::string& rows, const RawReply& reply,
                    const json::object& difference)
    {
        BOOST_TEST(!difference.empty(), route);
        const std::string changed = database.value("select changed::text" + rows);
        const std::string fault = test::fault_of(json::parse(changed).as_object(), difference);
        BOOST_TEST(fault == "", route << ": " << fault);
        BOOST_TEST(database.value("select request_id" + rows) == reply.field("X-Request-Id"));
        for (const char* secret : {"20% off", test::password, "+15550100000", "$argon2"})
            BOOST_TEST(changed.find(secret) == std::string::npos, route << " shows " << secret);
    }

    RawReply post(const std::string& route, const std::string& target, const json::value& body,
                  const std::string& action)
    {
        return perform(route, test::json_request(target, body), action);
    }

    RawReply ask(const std::string& route, const std::string& target, const std::string& method,
                 const std::string& action)
    {
        return perform(route, test::get_request(target, method), action);
    }

    void resume_account();
    void control_campaigns();
    void change_campaign();
    void send_messages();
    void change_opt_outs();
    void change_endpoints();
    void change_notifications();
    void administrate();
    void sign_in();
};

std::string put_request(std::string request)
{
    return "PUT" + request.substr(4);
}

// While nothing waits to be sent; then it is paused again.
void Fixture::resume_account()
{
    perform("POST /api/senders/{sender}/resume", test::get_request("/api/senders/*/resume", "POST"), "sender.resume");
    pause_account();
}

void Fixture::control_campaigns()
{
    test::CampaignUpload upload;
    upload.file(test::lapsed_customers(3)).header("Prefer", "respond-async").with("maxCost", "1.00");
    const RawReply created =
        perform("POST /api/campaigns/sms", upload.request("/api/campaigns/sms"), "campaign.create");
    const std::string id = database.value("select public_id from campaigns");
    const std::string campaign = "/api/campaigns/" + id;
    const std::string route = "POST /api/campaigns/{id}";
    post(route + "/pause", campaign + "/pause", json::object(), "campaign.pause");
    post(route + "/resume", campaign + "/resume", {{"maxCost", "2.00"}}, "campaign.resume");
    database.exec("update messages set status = 'unknown', claimed_at = now(); delete from outbox;"
                  "update campaign_counters set pending = 0, unknown = 3");
    // The campaign guard completes what has nothing left to send, and would do so between two snapshots.
    test::wait_until("the campaign is complete",
                     [&] { return database.value("select status from campaigns") == "completed"; });
    post(route + "/resend-unknown", campaign + "/resend-unknown", {{"confirm", 3}}, "campaign.resend_unknown");
    database.exec("delete from outbox where message_id = (select max(message_id) from outbox)");
    const std::string message = database.value("select max(id) from messages");
    post("POST /api/messages/{id}/resend", "/api/messages/" + message + "/resend", {{"confirm", 1}}, "message.resend");
    // What is claimed is not ended behind the request's back.
    database.exec("update outbox set leased_until = now() + interval '1 day'");
    post(route + "/cancel", campaign + "/cancel", json::object(), "campaign.cancel");
}

void Fixture::change_campaign()
{
    const json::object lapsed{
        {"customerName", "Ann"}, {"phoneNumber", "+15550100000"}, {"lastOrderDate", "2020-01-31"}};
    post("POST /api/campaigns", "/api/campaigns",
         {{"restaurantName", "Luigi's"},
          {"offer", "20% off"},
          {"offerCode", "SAVE20"},
          {"sendAt", api::to_iso8601(std::chrono::system_clock::now() + std::chrono::days(2))},
          {"recipients", json::array{lapsed}}},
         "campaign.create");
    const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
    test::CampaignUpload upload;
    upload.file(test::lapsed_customers(2)).with("sendAt", api::to_iso8601(tomorrow)).with("offer", "Ten off");
    const RawReply created =
        perform("POST /api/campaigns/sms", upload.request("/api/campaigns/sms"), "campaign.create");
    const std::string id(test::json_of(created).at("data").at("campaignId").as_string());
    std::string request = test::json_request("/api/campaigns/" + id, {{"offer", "Half off"}, {"maxCost", "3.00"}});
    perform("PATCH /api/campaigns/{id}", request.replace(0, std::string("POST").size(), "PATCH"), "campaign.change");
}

void Fixture::send_messages()
{
    test::CampaignUpload upload;
    upload.file(test::lapsed_customers(1)).with("to", "+15550100000");
    perform("POST /api/campaigns/sms/test", upload.request("/api/campaigns/sms/test"), "message.create");
    const json::object message{{"to", "+15550100000"}, {"body", "20% off"}};
    post("POST /api/messages", "/api/messages", message, "message.create");
    post("POST /api/messages/batch", "/api/messages/batch", {{"messages", {message}}}, "message.create");
}

void Fixture::change_opt_outs()
{
    ask("PUT /api/opt-outs/{phone}", "/api/opt-outs/+15550100000", "PUT", "opt_out.add");
    BOOST_TEST(database.value("select object from audit_log order by id desc limit 1") == "+1555***0000");
    ask("DELETE /api/opt-outs/{phone}", "/api/opt-outs/+15550100000", "DELETE", "opt_out.lift");
}

// It refuses every connection.
void Fixture::change_endpoints()
{
    const json::object closed{{"url", "http://127.0.0.1:9/"}, {"events", {"campaign.started"}}};
    const RawReply added = post("POST /api/endpoints", "/api/endpoints", closed, "endpoint.add");
    const std::string endpoint = "/api/endpoints/" + json::serialize(test::json_of(added).at("id"));
    std::string request = test::json_request(endpoint, {{"description", "The shop"}, {"disabled", true}});
    perform("PATCH /api/endpoints/{id}", request.replace(0, std::string("POST").size(), "PATCH"), "endpoint.change");
    post("POST /api/endpoints/{id}/rotate-secret", endpoint + "/rotate-secret", json::object(),
         "endpoint.rotate-secret");
    database.exec("insert into events (number, at, kind) values (1000000, '2020-01-01', 'campaign.started'); "
                  "update endpoint_progress set position = 1000000");
    post("POST /api/endpoints/{id}/replay", endpoint + "/replay", {{"eventIds", {"evt_1577836800_1000000"}}},
         "endpoint.replay");
    BOOST_TEST(service.ask(test::with_token(test::get_request(endpoint + "/test", "POST"), token)).status == 200);
    BOOST_TEST(database.value("select action from audit_log order by id desc limit 1") == "endpoint.test");
    ask("DELETE /api/endpoints/{id}", endpoint, "DELETE", "endpoint.remove");
}

void Fixture::change_notifications()
{
    const std::string all = "/api/notifications";
    const json::object ana{{"kind", "email"}, {"address", "ana@example.com"}};
    const RawReply added = post("POST " + all, all, ana, "notification.add");
    const std::string address = all + "/" + json::serialize(test::json_of(added).at("id"));
    perform("PATCH " + all + "/{id}", "PATCH" + test::json_request(address, {{"preset", "nothing"}}).substr(4),
            "notification.change");
    BOOST_TEST(service.ask(test::with_token(test::get_request(address + "/test", "POST"), token)).status == 200);
    BOOST_TEST(database.value("select action from audit_log order by id desc limit 1") == "notification.test");
    ask("DELETE " + all + "/{id}", address, "DELETE", "notification.remove");
}

void Fixture::administrate()
{
    const json::object bob{{"email", "bob@example.com"}, {"role", "viewer"}, {"password", test::password}};
    post("POST /api/users", "/api/users", bob, "user.add");
    perform("PUT /api/users/{email}/password",
            put_request(test::json_request("/api/users/bob@example.com/password", {{"password", test::password}})),
            "user.set_password");
    perform("PATCH /api/users/{email}",
            "PATCH" + test::json_request("/api/users/bob@example.com", {{"role", "marketer"}}).substr(4),
            "user.change");
    ask("POST /api/users/{email}/disable", "/api/users/bob@example.com/disable", "POST", "user.disable");
    const RawReply key = post("POST /api/keys", "/api/keys", {{"name", "shop"}, {"role", "viewer"}}, "key.add");
    const std::string id = json::serialize(test::json_of(key).at("id"));
    perform("PATCH /api/keys/{id}",
            "PATCH" + test::json_request("/api/keys/" + id, {{"dailyBudget", "20.00"}}).substr(4), "key.change");
    ask("DELETE /api/keys/{id}", "/api/keys/" + id, "DELETE", "key.revoke");
}

void Fixture::sign_in()
{
    token.clear();
    const json::object ana{{"email", "ana@example.com"}, {"password", test::password}};
    for (const char* way : {"session", "login"}) {
        const std::string target = std::string("/api/auth/") + way;
        const RawReply reply =
            perform("POST " + target, test::json_request(target, ana), "sign-in", "user:ana@example.com");
        if (json::value body = test::json_of(reply); body.as_object().contains("token"))
            token = std::string(body.at("token").as_string());
    }
    perform("POST /api/auth/logout", test::json_request("/api/auth/logout", json::object()), "sign-out",
            "user:ana@example.com");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit, Fixture)

BOOST_AUTO_TEST_CASE(every_route_that_changes_something_leaves_one_row_that_says_what)
{
    test::add_user(database, "ana@example.com", "admin");
    token = test::add_key(database, "admin");
    test::wait_until_closed(service);
    resume_account();
    control_campaigns();
    change_campaign();
    change_opt_outs();
    change_endpoints();
    change_notifications();
    administrate();
    sign_in();
    token = test::add_key(database, "admin");
    send_messages();
    for (const api::Route& route : api::all_routes()) {
        const std::string name = std::string(route.method) + " " + std::string(route.path);
        if (route.method == "GET" || not_audited.contains(name) || name == "POST /api/auth/setup") continue;
        BOOST_TEST(performed.contains(name), name << " is not performed by this test");
    }
}

BOOST_AUTO_TEST_CASE(what_changes_nothing_leaves_no_row)
{
    BOOST_TEST(service.ask(test::json_request("/api/campaigns/sms_1_nothing/pause", json::object())).status == 404);
    BOOST_TEST(service.ask(test::get_request("/api/opt-outs/+15550100000", "DELETE")).status == 404);
    BOOST_TEST(last_row() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
