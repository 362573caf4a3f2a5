#include "tests/support/polling.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/service.hpp"
#include "tests/support/simulator_process.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::Service;
using test::ServiceClient;
using test::ServiceOptions;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

constexpr int customers = 30;
constexpr const char* refused_sender = "+15005550001"; // 21212 by the rules of Twilio's test credentials

std::string create(const ServiceClient& service, const std::string& from = "")
{
    CampaignUpload upload;
    upload.header("Prefer", "respond-async").file(lapsed_customers(customers));
    if (!from.empty()) upload.with("from", from);
    const test::RawReply reply = service.create(upload);
    BOOST_REQUIRE_MESSAGE(reply.status == 202, reply.body);
    return json_of(reply).at("data").at("campaignId").as_string().c_str();
}

json::object sender(const ServiceClient& service, std::string_view name)
{
    const json::object shown = service.get_json("/api/senders");
    for (const json::value& each : shown.at("senders").as_array())
        if (each.at("sender").as_string() == name) return each.as_object();
    return {};
}

bool is_paused(const ServiceClient& service, std::string_view name)
{
    const json::object shown = sender(service, name);
    return !shown.empty() && !shown.at("pausedAt").is_null();
}

void wait_until_paused(const ServiceClient& service, std::string_view name)
{
    test::wait_until("the pause is shown", [&] { return is_paused(service, name); });
}

std::int64_t metric(const ServiceClient& service, const std::string& id, const char* name)
{
    return service.status(id).at("metrics").at(name).as_int64();
}

void check_nobody_texted_twice(const std::vector<json::object>& ledger, std::size_t messages)
{
    std::set<std::string> recipients;
    for (const json::object& line : ledger)
        BOOST_TEST(recipients.insert(line.at("to").as_string().c_str()).second);
    BOOST_TEST(recipients.size() == messages);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sender_pauses)

BOOST_AUTO_TEST_CASE(a_sender_that_Twilio_refuses_is_paused_with_the_reason_while_the_others_go_on)
{
    TestDatabase database;
    Service service(database);
    const std::string refused = create(service, refused_sender);
    wait_until_paused(service, refused_sender);
    const json::object shown = sender(service, refused_sender);
    BOOST_TEST(shown.at("pauseCode").as_int64() == 21212);
    BOOST_TEST(shown.at("pauseReason").as_string().starts_with("The sender is not valid or is blocked. "));
    BOOST_TEST(!shown.at("probeAt").is_null());
    BOOST_TEST(service.status(refused).at("pauseReason").as_string().find("not valid or is blocked") !=
               std::string::npos);
    service.wait_until_final(create(service));
    BOOST_TEST(metric(service, refused, "failed") == 0);
    BOOST_TEST(metric(service, refused, "messagesPending") == customers);
    BOOST_TEST(!is_paused(service, "*"));
    BOOST_TEST(service.metric("waybill_pauses_total{scope=\"sender\"}") == 1);
    BOOST_TEST(service.metric("waybill_pauses_total{scope=\"account\"}") == 0);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(an_operator_may_let_it_try_again)
{
    TestDatabase database;
    Service service(database);
    create(service, refused_sender);
    wait_until_paused(service, refused_sender);
    const std::string target = "/api/senders/%2B15005550001/resume";
    const json::object resumed = json_of(service.ask(test::request_with_body(target, {}, ""))).as_object();
    BOOST_TEST(resumed.at("sender").as_string() == refused_sender);
    BOOST_TEST(resumed.at("pausedAt").is_null());
    BOOST_TEST(resumed.at("pauseReason").is_null());
    test::wait_until("it is refused again",
                     [&] { return service.metric("waybill_pauses_total{scope=\"sender\"}") == 2; });
    wait_until_paused(service, refused_sender);
    BOOST_TEST(service.ask(test::request_with_body("/api/senders/LUIGIS/resume", {}, "")).status == 404);
}

BOOST_AUTO_TEST_CASE(refused_credentials_pause_the_account_and_mended_ones_go_on_exactly_where_it_stood)
{
    TestDatabase database;
    test::RunningSimulator twilio;
    test::ServeProcess waybill(database, twilio, {{"TWILIO_AUTH_TOKEN", "99999999999999999999999999999999"}});
    waybill.start();
    const std::string id = create(waybill);
    wait_until_paused(waybill, "*");
    BOOST_TEST(sender(waybill, "*").at("pauseCode").as_int64() == 20003);
    BOOST_TEST(metric(waybill, id, "failed") == 0);
    BOOST_TEST(waybill.terminate() == 0);
    BOOST_TEST(database.number("select count(*) from outbox where leased_until is not null") == 0);

    waybill.set("TWILIO_AUTH_TOKEN", test::RunningSimulator::auth_token);
    waybill.start();
    waybill.wait_until_final(id);
    BOOST_TEST(!is_paused(waybill, "*"));
    check_nobody_texted_twice(twilio.ledger(), customers);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_storm_of_unclear_answers_pauses_the_account_until_a_message_gets_through)
{
    TestDatabase database;
    const test::HeaderFields fails_always{{"error-before-share", "1"}};
    const test::SimulatorProcess twilio(fails_always);
    ServiceOptions options;
    options.settings.twilio = test::RunningSimulator().account();
    options.settings.twilio->api_base_url = twilio.origin();
    options.settings.messages_per_second = 100;
    options.settings.probe_after = std::chrono::milliseconds(200);
    Service service(database, options);
    const std::string id = create(service);
    wait_until_paused(service, "*");
    BOOST_TEST(sender(service, "*").at("pauseCode").is_null());
    BOOST_TEST(sender(service, "*").at("pauseReason").as_string().starts_with("Twilio does not answer as it should"));
    test::wait_until("what was under way is recorded", [&] { return service.metric("waybill_sends_in_flight") == 0; });
    const std::int64_t unknown = metric(service, id, "unknown");
    BOOST_TEST(unknown >= 10);
    BOOST_TEST(unknown < customers);
    twilio.set({{"error-before-share", "0"}});
    test::wait_until("nothing is left to send",
                     [&] { return service.status(id).at("status").as_string() == "completed"; });
    BOOST_TEST(!is_paused(service, "*"));
    BOOST_TEST(twilio.ledger().size() == static_cast<std::size_t>(customers - metric(service, id, "unknown")));
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_throttling_account_is_given_fewer_requests_at_once)
{
    TestDatabase database;
    ServiceOptions options;
    options.simulation.throttle_share = 0.3;
    Service service(database, options);
    BOOST_TEST(service.metric("waybill_sends_in_flight_limit") == 50);
    const std::string id = create(service);
    test::wait_until("requests were throttled",
                     [&] { return service.metric("waybill_sends_total{outcome=\"throttled\"}") > 0; });
    BOOST_TEST(service.metric("waybill_sends_in_flight_limit") < 50);
    service.wait_until_final(id);
    check_nobody_texted_twice(service.twilio().ledger(), customers);
}

BOOST_AUTO_TEST_SUITE_END()
