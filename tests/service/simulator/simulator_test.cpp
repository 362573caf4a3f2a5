#include "tests/service/simulator/simulator_fixture.hpp"
#include "webhooks/signature.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <set>

using namespace waybill;
using test::Reply;
using test::SimulatorFixture;
using Statuses = std::vector<std::string>;

namespace
{

const test::FormFields through_service{{"From", ""}, {"MessagingServiceSid", SimulatorFixture::service_sid}};

std::string text_at(const Reply& reply, std::string_view key)
{
    return std::string(reply.json().at(key).as_string());
}

void check_verifies(const SimulatorFixture& twilio, const test::ReceivedWebhook& webhook)
{
    std::vector<webhooks::SigningKey> keys;
    keys.emplace_back(SimulatorFixture::auth_token);
    const std::string url = twilio.callback_url(webhook.target);
    webhooks::SignedRequest request;
    request.url = url;
    request.signature = webhook.headers.value_or_empty("X-Twilio-Signature");
    request.form = &webhook.form;
    BOOST_CHECK(webhooks::verify(keys, request) == 0U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(simulator)

BOOST_AUTO_TEST_CASE(a_create_is_answered_201_with_all_of_twilios_keys)
{
    SimulatorFixture twilio;
    const Reply reply = twilio.create({{"Body", "Héllo \"you\""}});
    BOOST_CHECK_EQUAL(reply.status, 201);
    const auto message = reply.json().as_object();
    for (const char* key :
         {"account_sid", "api_version",   "body",   "date_created",          "date_sent", "date_updated", "direction",
          "error_code",  "error_message", "from",   "messaging_service_sid", "num_media", "num_segments", "price",
          "price_unit",  "sid",           "status", "subresource_uris",      "to",        "uri"})
        BOOST_CHECK_MESSAGE(message.contains(key), key);
    BOOST_CHECK_EQUAL(text_at(reply, "status"), "queued");
    BOOST_CHECK_EQUAL(text_at(reply, "num_segments"), "1");
    BOOST_CHECK_EQUAL(text_at(reply, "body"), "Héllo \"you\"");
    BOOST_CHECK_EQUAL(text_at(reply, "from"), "+15005550006");
    BOOST_CHECK_EQUAL(text_at(reply, "date_created").size(), std::string("Thu, 24 Aug 2023 05:01:45 +0000").size());
    BOOST_CHECK(message.at("price").is_null());
    BOOST_CHECK(message.at("date_sent").is_null());
    BOOST_CHECK_EQUAL(text_at(reply, "uri"), twilio.account_path() + "/Messages/" + text_at(reply, "sid") + ".json");
}

BOOST_AUTO_TEST_CASE(a_create_through_a_service_starts_accepted_without_sender_and_segments)
{
    SimulatorFixture twilio;
    const Reply reply = twilio.create(through_service);
    BOOST_CHECK_EQUAL(text_at(reply, "status"), "accepted");
    BOOST_CHECK_EQUAL(text_at(reply, "num_segments"), "0");
    BOOST_CHECK_EQUAL(text_at(reply, "messaging_service_sid"), SimulatorFixture::service_sid);
    BOOST_CHECK(reply.json().at("from").is_null());
}

BOOST_AUTO_TEST_CASE(signed_callbacks_tell_sent_then_delivered)
{
    SimulatorFixture twilio;
    const std::string sid =
        twilio.create_sid({{"StatusCallback", twilio.callback_url("/status/17?a=%20b#rc=2&rp=all")}});
    twilio.run_until_quiet();
    BOOST_CHECK(twilio.statuses() == (Statuses{"sent", "delivered"}));
    std::set<std::string> tokens;
    for (const auto& webhook : twilio.received) {
        check_verifies(twilio, webhook);
        const auto header = [&webhook](const char* name) { return webhook.headers.value_or_empty(name); };
        BOOST_CHECK_EQUAL(webhook.target, "/status/17?a=%20b");
        BOOST_CHECK_EQUAL(header("User-Agent"), "TwilioProxy/1.1");
        BOOST_CHECK_EQUAL(header("Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
        BOOST_CHECK_EQUAL(header("Connection"), "close");
        BOOST_CHECK_EQUAL(header("Accept"), "*/*");
        tokens.emplace(header("I-Twilio-Idempotency-Token"));
        for (const char* name : {"MessageSid", "SmsSid"})
            BOOST_CHECK_EQUAL(webhook.form.value(name), sid);
        BOOST_CHECK_EQUAL(webhook.form.value("SmsStatus"), webhook.status());
        BOOST_CHECK_EQUAL(webhook.form.value("AccountSid"), SimulatorFixture::account_sid);
        BOOST_CHECK_EQUAL(webhook.form.value("To"), "+15551234567");
        BOOST_CHECK_EQUAL(webhook.form.value("From"), "+15005550006");
        BOOST_CHECK_EQUAL(webhook.form.value("ApiVersion"), "2010-04-01");
        BOOST_CHECK(!webhook.form.has("ErrorCode") && !webhook.form.has("MessagingServiceSid"));
        BOOST_CHECK_EQUAL(webhook.form.value("RawDlrDoneDate").size(), webhook.status() == "delivered" ? 10U : 0U);
    }
    BOOST_CHECK_EQUAL(tokens.size(), 2U);
    const auto counters = twilio.counters();
    BOOST_CHECK_EQUAL(counters.accepted, 1U);
    BOOST_CHECK_EQUAL(counters.callbacks_posted, 2U);
    BOOST_CHECK_EQUAL(counters.callbacks_acknowledged, 2U);
}

BOOST_AUTO_TEST_CASE(a_message_of_a_service_is_told_queued_first_and_names_the_service)
{
    SimulatorFixture twilio;
    const std::string sid = twilio.create_sid(through_service);
    twilio.run_until_quiet();
    BOOST_CHECK(twilio.statuses() == (Statuses{"queued", "sent", "delivered"}));
    for (const auto& webhook : twilio.received) {
        BOOST_CHECK_EQUAL(webhook.form.value("MessagingServiceSid"), SimulatorFixture::service_sid);
        BOOST_CHECK_EQUAL(webhook.form.value("From"), "+15005550006");
    }
    BOOST_CHECK_EQUAL(text_at(twilio.get(twilio.account_path() + "/Messages/" + sid + ".json"), "num_segments"), "1");
}

BOOST_AUTO_TEST_CASE(a_delivered_message_has_its_price_by_segments)
{
    SimulatorFixture twilio;
    const std::string sid = twilio.create_sid({{"Body", std::string(200, 'a')}});
    twilio.run_until_quiet();
    const Reply reply = twilio.get(twilio.account_path() + "/Messages/" + sid + ".json");
    BOOST_CHECK_EQUAL(reply.status, 200);
    BOOST_CHECK_EQUAL(text_at(reply, "status"), "delivered");
    BOOST_CHECK_EQUAL(text_at(reply, "price"), "-0.01500");
    BOOST_CHECK_EQUAL(text_at(reply, "num_segments"), "2");
    BOOST_CHECK(reply.json().at("date_sent").is_string());
}

BOOST_AUTO_TEST_CASE(refusals_have_twilios_error_shape)
{
    SimulatorFixture twilio;
    const Reply refused = twilio.create({{"To", "+15005550009"}});
    BOOST_CHECK_EQUAL(refused.status, 400);
    BOOST_CHECK_EQUAL(refused.code(), 21614);
    BOOST_CHECK_EQUAL(refused.json().at("status").as_int64(), 400);
    BOOST_CHECK_EQUAL(text_at(refused, "more_info"), "https://www.twilio.com/docs/errors/21614");
    BOOST_CHECK_EQUAL(twilio.create({{"StatusCallback", "http://example.com/"}}).code(), 21609);
    BOOST_CHECK_EQUAL(twilio.counters().rejected, 2U);
    BOOST_CHECK_EQUAL(twilio.counters().accepted, 0U);
}

BOOST_AUTO_TEST_CASE(wrong_credentials_and_unknown_resources_are_refused)
{
    SimulatorFixture twilio;
    http::ClientRequest request;
    request.target = twilio.account_path() + ".json";
    request.headers = {{"Authorization", "Basic QUM6d3Jvbmc="}};
    const auto answered = std::get<http::ClientResponse>(twilio.send(request));
    BOOST_CHECK_EQUAL(answered.status, 401);
    BOOST_CHECK_EQUAL((Reply{401, answered.body}.code()), 20003);
    BOOST_CHECK_EQUAL(twilio.get(twilio.account_path() + ".json").status, 200);
    const std::string nobody = "/2010-04-01/Accounts/AC00000000000000000000000000000000";
    for (const std::string& path : {nobody + ".json", nobody + "/Messages.json",
                                    twilio.account_path() + "/Messages/SM00000000000000000000000000000000.json"}) {
        const Reply reply = twilio.get(path);
        BOOST_CHECK_EQUAL(reply.status, 404);
        BOOST_CHECK_EQUAL(reply.code(), 20404);
    }
}

BOOST_AUTO_TEST_CASE(an_api_key_is_accepted_when_there_is_one)
{
    SimulatorFixture twilio([](auto& options) {
        options.api_key_sid = "SK1";
        options.api_key_secret = "secret";
    });
    http::ClientRequest request;
    request.target = twilio.account_path() + ".json";
    request.headers = {{"Authorization", "Basic U0sxOnNlY3JldA=="}};
    BOOST_CHECK_EQUAL(std::get<http::ClientResponse>(twilio.send(request)).status, 200);
}

BOOST_AUTO_TEST_CASE(the_list_pages_newest_first_and_filters)
{
    SimulatorFixture twilio;
    std::vector<std::string> sids;
    for (int i = 0; i < 5; ++i)
        sids.push_back(twilio.create_sid());
    const std::string other = twilio.create_sid({{"To", "+15557654321"}});
    twilio.run_until_quiet();

    std::vector<std::string> listed;
    std::string next = twilio.account_path() + "/Messages.json?To=%2B15551234567&PageSize=2";
    for (int page = 0; !next.empty(); ++page) {
        const auto body = twilio.get(next).json();
        BOOST_CHECK_EQUAL(body.at("page").to_number<int>(), page);
        for (const auto& message : body.at("messages").as_array())
            listed.emplace_back(message.at("sid").as_string());
        const auto* link = body.at("next_page_uri").if_string();
        next = link ? std::string(*link) : std::string();
    }
    BOOST_CHECK(listed == std::vector<std::string>(sids.rbegin(), sids.rend()));

    const auto count = [&](const std::string& query) {
        return twilio.get(twilio.account_path() + "/Messages.json" + query).json().at("messages").as_array().size();
    };
    BOOST_CHECK_EQUAL(count(""), 6U);
    BOOST_CHECK_EQUAL(count("?From=%2B15005550006"), 6U);
    BOOST_CHECK_EQUAL(count("?From=%2B15005550007"), 0U);
    BOOST_CHECK_EQUAL(count("?DateSent%3E=2020-01-01"), 6U);
    BOOST_CHECK_EQUAL(count("?DateSent%3C=2020-01-01"), 0U);
    BOOST_CHECK_EQUAL(twilio.get(twilio.account_path() + "/Messages.json?PageSize=none").status, 400);
}

BOOST_AUTO_TEST_CASE(a_scheduled_message_can_be_canceled_and_a_queued_one_cannot)
{
    SimulatorFixture twilio;
    const auto in_an_hour = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) + 3'600;
    std::array<char, 32> time{};
    std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&in_an_hour));
    const Reply scheduled = twilio.create(
        {{"MessagingServiceSid", SimulatorFixture::service_sid}, {"ScheduleType", "fixed"}, {"SendAt", time.data()}});
    BOOST_CHECK_EQUAL(text_at(scheduled, "status"), "scheduled");

    const std::string path = twilio.account_path() + "/Messages/" + text_at(scheduled, "sid") + ".json";
    BOOST_CHECK_EQUAL(text_at(twilio.post(path, {{"Status", "canceled"}}), "status"), "canceled");
    twilio.run_until_quiet();
    BOOST_CHECK(twilio.statuses() == Statuses{"canceled"});
    const Reply again = twilio.post(path, {{"Status", "canceled"}});
    BOOST_CHECK_EQUAL(again.status, 409);
    BOOST_CHECK_EQUAL(again.code(), 30409);
}

BOOST_AUTO_TEST_CASE(a_message_without_a_callback_lives_in_silence)
{
    SimulatorFixture twilio;
    const std::string sid = twilio.create_sid({{"StatusCallback", ""}});
    twilio.run_until_quiet();
    BOOST_CHECK_EQUAL(text_at(twilio.get(twilio.account_path() + "/Messages/" + sid + ".json"), "status"), "delivered");
    BOOST_CHECK(twilio.received.empty());
}

BOOST_AUTO_TEST_CASE(the_oldest_message_is_forgotten_when_its_life_is_over)
{
    SimulatorFixture twilio([](auto& options) { options.max_messages = 2; });
    const std::string first = twilio.create_sid();
    twilio.run_until_quiet();
    twilio.create_sid();
    twilio.create_sid();
    BOOST_CHECK_EQUAL(twilio.get(twilio.account_path() + "/Messages/" + first + ".json").status, 404);
}

BOOST_AUTO_TEST_SUITE_END()
