#include "tests/service/simulator/simulator_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace waybill;
using simulator::SimulatorOptions;
using test::Reply;
using test::SimulatorFixture;
using Statuses = std::vector<std::string>;

namespace
{

// A simulator with one share at 1.
auto always(double SimulatorOptions::*share)
{
    return [share](SimulatorOptions& options) { options.*share = 1; };
}

Statuses statuses_with(double SimulatorOptions::*share)
{
    SimulatorFixture twilio(always(share));
    twilio.create_sid();
    twilio.run_until_quiet();
    return twilio.statuses();
}

} // namespace

BOOST_AUTO_TEST_SUITE(simulator_faults)

BOOST_AUTO_TEST_CASE(an_undelivered_message_tells_its_error_code)
{
    SimulatorFixture twilio(always(&SimulatorOptions::undelivered_share));
    const std::string sid = twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_REQUIRE(twilio.statuses() == (Statuses{"sent", "undelivered"}));
    const std::string reported(twilio.received[1].form.value("ErrorCode"));
    BOOST_CHECK(reported.starts_with("300"));
    const auto message = twilio.get(twilio.account_path() + "/Messages/" + sid + ".json").json();
    BOOST_CHECK_EQUAL(std::to_string(message.at("error_code").as_int64()), reported);
    BOOST_CHECK_EQUAL(message.at("price").as_string(), "-0.00750");
}

BOOST_AUTO_TEST_CASE(a_failed_message_is_never_sent_and_costs_nothing)
{
    SimulatorFixture twilio(always(&SimulatorOptions::failed_share));
    const std::string sid = twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_REQUIRE(twilio.statuses() == Statuses{"failed"});
    BOOST_CHECK_EQUAL(twilio.received[0].form.value("ErrorCode"), "30008");
    BOOST_CHECK(twilio.get(twilio.account_path() + "/Messages/" + sid + ".json").json().at("price").is_null());
}

BOOST_AUTO_TEST_CASE(shares_change_what_is_told)
{
    BOOST_CHECK(statuses_with(&SimulatorOptions::duplicate_share) ==
                (Statuses{"sent", "sent", "delivered", "delivered"}));
    BOOST_CHECK(statuses_with(&SimulatorOptions::reorder_share) == (Statuses{"delivered", "sent"}));
    BOOST_CHECK(statuses_with(&SimulatorOptions::loss_share).empty());
}

BOOST_AUTO_TEST_CASE(an_early_callback_arrives_before_the_reply)
{
    SimulatorFixture twilio([](SimulatorOptions& options) {
        options.early_share = 1;
        options.callback_latency = std::chrono::seconds(1);
    });
    const Reply reply = twilio.create();
    BOOST_CHECK(twilio.statuses() == Statuses{"sent"});
    BOOST_CHECK_EQUAL(reply.json().at("status").as_string(), "queued");
}

BOOST_AUTO_TEST_CASE(a_throttled_create_makes_no_message)
{
    SimulatorFixture twilio(always(&SimulatorOptions::throttle_share));
    const Reply reply = twilio.create();
    BOOST_CHECK_EQUAL(reply.status, 429);
    BOOST_CHECK_EQUAL(reply.code(), 20429);
    BOOST_CHECK_EQUAL(twilio.counters().throttled, 1U);
    BOOST_CHECK_EQUAL(twilio.counters().accepted, 0U);
}

BOOST_AUTO_TEST_CASE(an_error_before_makes_no_message_and_an_error_after_makes_one)
{
    SimulatorFixture before(always(&SimulatorOptions::error_before_share));
    BOOST_CHECK_EQUAL(before.create().status, 500);
    BOOST_CHECK_EQUAL(before.counters().accepted, 0U);

    SimulatorFixture after(always(&SimulatorOptions::error_after_share));
    BOOST_CHECK_EQUAL(after.create().status, 503);
    after.run_until_quiet();
    BOOST_CHECK(after.statuses() == (Statuses{"sent", "delivered"}));
    BOOST_CHECK_EQUAL(after.counters().broken, 1U);
}

BOOST_AUTO_TEST_CASE(a_cut_connection_gives_no_reply_and_makes_a_message_only_when_cut_after)
{
    SimulatorFixture before(always(&SimulatorOptions::cut_before_share));
    const auto cut = before.try_create();
    BOOST_REQUIRE(std::holds_alternative<http::ClientFailure>(cut));
    BOOST_CHECK(std::get<http::ClientFailure>(cut).request_sent);
    BOOST_CHECK_NE(std::get<http::ClientFailure>(cut).reason.find("broke before the response"), std::string::npos);
    BOOST_CHECK_EQUAL(before.counters().accepted, 0U);

    SimulatorFixture after(always(&SimulatorOptions::cut_after_share));
    BOOST_CHECK(std::holds_alternative<http::ClientFailure>(after.try_create()));
    after.run_until_quiet();
    BOOST_CHECK(after.statuses() == (Statuses{"sent", "delivered"}));
}

BOOST_AUTO_TEST_CASE(the_reply_waits_for_the_latency_of_the_api)
{
    SimulatorFixture twilio([](SimulatorOptions& options) { options.api_latency = std::chrono::milliseconds(80); });
    const auto begun = std::chrono::steady_clock::now();
    twilio.create_sid();
    BOOST_CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(80));
}

BOOST_AUTO_TEST_CASE(a_refused_callback_is_not_retried_by_default)
{
    SimulatorFixture twilio;
    twilio.answer = [] { return 500; };
    twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_CHECK(twilio.statuses() == (Statuses{"sent", "delivered"}));
    BOOST_CHECK_EQUAL(twilio.counters().callbacks_failed, 2U);
}

BOOST_AUTO_TEST_CASE(the_fragment_asks_for_retries_which_keep_the_idempotency_token)
{
    SimulatorFixture twilio;
    int answers = 0;
    twilio.answer = [&answers] { return ++answers < 3 ? 503 : 204; };
    twilio.create_sid({{"StatusCallback", twilio.callback_url("/status/17#rc=4&rp=5xx")}});
    twilio.run_until_quiet();
    BOOST_REQUIRE(twilio.statuses() == (Statuses{"sent", "sent", "sent", "delivered"}));
    const auto token = [&](std::size_t i) {
        return twilio.received[i].headers.value_or_empty("I-Twilio-Idempotency-Token");
    };
    BOOST_CHECK_EQUAL(token(0), token(2));
    BOOST_CHECK_NE(token(0), token(3));
    BOOST_CHECK_EQUAL(twilio.counters().callbacks_posted, 4U);
    BOOST_CHECK_EQUAL(twilio.counters().callbacks_failed, 0U);
}

BOOST_AUTO_TEST_CASE(a_failed_connect_is_retried_once_by_default)
{
    SimulatorFixture twilio;
    twilio.create_sid({{"StatusCallback", "http://127.0.0.1:1/status/17"}});
    twilio.run_until_quiet();
    BOOST_CHECK_EQUAL(twilio.counters().callbacks_posted, 4U); // two statuses, each tried twice
    BOOST_CHECK_EQUAL(twilio.counters().callbacks_failed, 2U);
}

BOOST_AUTO_TEST_CASE(connections_are_kept_alive_when_asked_for)
{
    SimulatorFixture twilio([](SimulatorOptions& options) { options.keep_alive = true; });
    twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_REQUIRE_EQUAL(twilio.received.size(), 2U);
    BOOST_CHECK_EQUAL(twilio.received[0].headers.value_or_empty("Connection"), "");
}

BOOST_AUTO_TEST_CASE(more_callbacks_than_connections_all_arrive)
{
    SimulatorFixture twilio([](SimulatorOptions& options) {
        options.max_callback_connections = 3;
        options.callback_latency = std::chrono::milliseconds(0);
    });
    for (int i = 0; i < 40; ++i)
        twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_CHECK_EQUAL(twilio.received.size(), 80U);
}

BOOST_AUTO_TEST_CASE(an_inbound_stop_is_posted_signed_and_blocks_the_number_until_start)
{
    SimulatorFixture twilio;
    const auto send_in = [&](const char* body) {
        return twilio.post("/simulator/inbound", {{"From", "+15551234567"}, {"To", "+15005550006"}, {"Body", body}});
    };
    BOOST_CHECK_EQUAL(send_in("please stop").status, 200);
    BOOST_CHECK_EQUAL(twilio.create().status, 201);
    twilio.run_until_quiet(); // its receipts have come
    const Reply stopped = send_in(" Stop\n");
    BOOST_CHECK_EQUAL(stopped.json().at("webhook_status").as_int64(), 204);
    const auto& inbound = twilio.received.back();
    BOOST_CHECK_EQUAL(inbound.target, "/inbound");
    BOOST_CHECK_EQUAL(inbound.form.value("Body"), " Stop\n");
    BOOST_CHECK_EQUAL(inbound.form.value("SmsStatus"), "received");
    BOOST_CHECK_EQUAL(inbound.form.value("MessageSid"), stopped.json().at("sid").as_string());
    BOOST_CHECK_EQUAL(inbound.headers.value_or_empty("X-Twilio-Signature").size(), 28U);
    BOOST_CHECK_EQUAL(twilio.create().code(), 21610);
    send_in("START");
    BOOST_CHECK_EQUAL(twilio.create().status, 201);
}

BOOST_AUTO_TEST_CASE(with_advanced_opt_out_a_service_fails_the_message_later)
{
    SimulatorFixture twilio([](SimulatorOptions& options) {
        options.advanced_opt_out = true;
        options.inbound_url.clear();
    });
    const Reply stop = twilio.post("/simulator/inbound", {{"From", "+15551234567"}, {"To", "+1"}, {"Body", "STOP"}});
    BOOST_CHECK_EQUAL(stop.json().at("webhook_status").as_int64(), 0);
    twilio.create_sid({{"MessagingServiceSid", SimulatorFixture::service_sid}});
    twilio.run_until_quiet();
    BOOST_REQUIRE(twilio.statuses() == (Statuses{"queued", "failed"}));
    BOOST_CHECK_EQUAL(twilio.received[1].form.value("ErrorCode"), "21610");
}

BOOST_AUTO_TEST_CASE(settings_change_at_run_time_all_or_nothing)
{
    SimulatorFixture twilio;
    BOOST_CHECK_EQUAL(twilio.post("/simulator/settings", {{"failed-share", "1"}}).status, 204);
    twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_CHECK(twilio.statuses() == Statuses{"failed"});
    for (const test::FormFields& wrong :
         {test::FormFields{{"failed-share", "0"}, {"loss-share", "2"}}, test::FormFields{{"no-such-share", "1"}},
          test::FormFields{{"failed-share", "0"}, {"inbound-url", "http://example.com/"}}})
        BOOST_CHECK_EQUAL(twilio.post("/simulator/settings", wrong).status, 400);
    twilio.create_sid();
    twilio.run_until_quiet();
    BOOST_CHECK(twilio.statuses() == (Statuses{"failed", "failed"}));
}

BOOST_AUTO_TEST_CASE(the_ledger_has_a_line_for_each_accepted_create)
{
    SimulatorFixture twilio;
    std::vector<std::string> sids;
    for (int i = 0; i < 600; ++i)
        sids.push_back(twilio.create_sid());
    twilio.create({{"To", "+15005550001"}});
    twilio.run_until_quiet();
    std::istringstream lines(twilio.get("/simulator/ledger").text);
    std::size_t count = 0;
    std::int64_t arrived = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const auto entry = boost::json::parse(line);
        BOOST_REQUIRE_EQUAL(entry.at("sid").as_string(), sids.at(count));
        BOOST_REQUIRE_EQUAL(entry.at("status").as_string(), "delivered");
        BOOST_REQUIRE_EQUAL(entry.at("body_length").as_int64(), 5);
        BOOST_REQUIRE_EQUAL(entry.at("segments").as_int64(), 1);
        BOOST_REQUIRE_EQUAL(entry.at("callbacks_acknowledged").as_int64(), 2);
        BOOST_REQUIRE_LE(arrived, entry.at("arrived").as_int64());
        arrived = entry.at("arrived").as_int64();
        BOOST_REQUIRE_EQUAL(entry.at("status_callback").as_string(), twilio.callback_url());
    }
    BOOST_CHECK_EQUAL(count, sids.size());
    const auto counters = twilio.get("/simulator/counters").json();
    BOOST_CHECK_EQUAL(counters.at("accepted").to_number<int>(), 600);
    BOOST_CHECK_EQUAL(counters.at("rejected").to_number<int>(), 1);
}

BOOST_AUTO_TEST_SUITE_END()
