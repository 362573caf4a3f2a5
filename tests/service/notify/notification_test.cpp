#include "server/api/contract/timestamps.hpp"
#include "tests/support/event_receiver.hpp"
#include "tests/support/mail_receiver.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace waybill;
using namespace std::chrono_literals;
using test::RawReply;

namespace json = boost::json;

namespace
{

constexpr std::chrono::seconds patience{60};

test::ServiceOptions notifying(const std::string& smtp_url)
{
    test::ServiceOptions options;
    options.settings.allow_private_endpoints = true;
    options.settings.smtp_url = smtp_url;
    options.settings.smtp_from = "waybill@example.com";
    options.simulation.undelivered_share = 0;
    return options;
}

struct Fixture
{
    test::MailReceiver mail;
    std::atomic<bool> chat_works = true;
    test::EventReceiver chat{[this](const test::ReceivedEvent&, int) {
        return chat_works ? test::Reaction::accept : test::Reaction::refuse;
    }};
    test::TestDatabase database;
    test::Service service{database, notifying(mail.url())};

    std::string add(const std::string& kind, const std::string& address, const std::string& preset)
    {
        const json::object body{{"kind", kind}, {"address", address}, {"preset", preset}};
        const RawReply reply = service.ask(test::json_request("/api/notifications", body));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
        return "/api/notifications/" + json::serialize(test::json_of(reply).at("id"));
    }

    json::object address_of(const std::string& path)
    {
        const json::object all = service.get_json("/api/notifications");
        for (const json::value& each : all.at("addresses").as_array())
            if (path == "/api/notifications/" + json::serialize(each.at("id"))) return each.as_object();
        BOOST_FAIL("no address has the path " << path);
        return {};
    }

    json::value post(const std::string& target, const json::value& body = json::object())
    {
        const RawReply reply = service.ask(test::json_request(target, body));
        BOOST_REQUIRE_MESSAGE(reply.status < 300, target << ": " << reply.body);
        return test::json_of(reply);
    }

    json::value test_of(const std::string& path)
    {
        const RawReply reply = service.ask(test::get_request(path + "/test", "POST"));
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
        return test::json_of(reply);
    }

    // Which nothing is sent for.
    std::string campaign_of_tomorrow()
    {
        test::CampaignUpload upload;
        upload.file(test::lapsed_customers(3))
            .with("sendAt", api::to_iso8601(std::chrono::system_clock::now() + std::chrono::days(1)));
        return std::string(service.created(upload).at("campaignId").as_string());
    }

    void pause(const std::string& campaign) { post("/api/campaigns/" + campaign + "/pause"); }
    void resume(const std::string& campaign) { post("/api/campaigns/" + campaign + "/resume"); }

    void pause_by_waybill(const std::string& campaign, const std::string& reason = "Carriers filter it")
    {
        database.exec("update campaigns set status = 'paused', paused_at = now(), pause_reason = '" + reason +
                      "' where public_id = '" + campaign + "'");
    }

    void wait_until_read()
    {
        test::wait_until(
            "every event was looked at",
            [&] {
                return database.number("select (select count(*) from new_events) + (select count(*) from events, "
                                       "notification_progress where number > position)") == 0;
            },
            patience);
    }

    void wait_for_mails(const std::string& words, int count)
    {
        test::wait_until(
            "mails say " + words, [&] { return mail.count(words) == count; }, patience);
    }

    bool chat_says(const std::string& words) const
    {
        return std::ranges::any_of(chat.accepted(), [&](const test::ReceivedEvent& each) {
            return each.event.at("text").as_string().find(words) != json::string::npos;
        });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(notifications, Fixture)

BOOST_AUTO_TEST_CASE(a_completed_campaign_reaches_those_who_want_everything)
{
    add("email", "ana@example.com", "everything");
    add("chat", chat.url(), "everything");
    add("email", "bob@example.com", "problems");
    const auto created = service.created(test::CampaignUpload().file(test::lapsed_customers(3)));
    service.wait_until_final(created.at("campaignId").as_string());
    wait_for_mails("is completed", 1);
    test::wait_until(
        "the chat hears of it", [&] { return chat_says("is completed"); }, patience);
    BOOST_TEST(mail.mails().at(0).from == "waybill@example.com");
    BOOST_TEST(mail.mails().at(0).to == "ana@example.com");
    BOOST_TEST(mail.count("of 3 texts arrived") == 1);
    wait_until_read();
    BOOST_TEST(database.number("select count(*) from notifications where cause like 'campaign.completed %'") == 2);
}

BOOST_AUTO_TEST_CASE(a_cause_comes_once_an_hour_and_only_problems_reach_those_who_want_problems)
{
    add("email", "ana@example.com", "everything");
    add("email", "bob@example.com", "problems");
    add("email", "eve@example.com", "nothing");
    const std::string campaign = campaign_of_tomorrow();
    pause(campaign);
    wait_for_mails("A person paused it", 1);
    resume(campaign);
    pause(campaign);
    wait_until_read();
    const std::string count = "select count(*) from notifications where cause = 'campaign.paused " + campaign + "'";
    BOOST_TEST(database.number(count) == 1);
    database.exec("update notifications set created_at = created_at - interval '61 minutes'");
    resume(campaign);
    pause_by_waybill(campaign);
    wait_for_mails("Carriers filter it", 2);
    BOOST_TEST(database.number(count) == 3);
    BOOST_TEST(database.number("select count(*) from notifications n join notification_addresses a on a.id = "
                               "n.address_id where a.address = 'eve@example.com'") == 0);
}

BOOST_AUTO_TEST_CASE(what_the_mail_server_refuses_is_shown_and_sent_again)
{
    const std::string ana = add("email", "ana@example.com", "problems");
    mail.refuse(true);
    pause_by_waybill(campaign_of_tomorrow());
    test::wait_until(
        "the fault is shown", [&] { return address_of(ana).at("lastFault").is_string(); }, patience);
    BOOST_TEST(address_of(ana).at("lastFault").as_string().find("550") != json::string::npos);
    BOOST_TEST(address_of(ana).at("waitingNotifications").as_int64() == 1);
    BOOST_TEST(database.number("select count(*) from notifications where next_at > now() + interval '1 second'") == 1);
    mail.refuse(false);
    database.exec("update notifications set next_at = now()");
    wait_for_mails("Carriers filter it", 1);
    test::wait_until(
        "nothing waits", [&] { return address_of(ana).at("waitingNotifications").as_int64() == 0; }, patience);
    BOOST_TEST(address_of(ana).at("lastFault").is_null());
}

BOOST_AUTO_TEST_CASE(a_mail_server_that_hangs_delays_no_chat)
{
    mail.hang(true);
    add("email", "ana@example.com", "problems");
    add("chat", chat.url(), "problems");
    for (const char* reason : {"Carriers filter it", "Too many fail"}) {
        pause_by_waybill(campaign_of_tomorrow(), reason);
        test::wait_until(
            "the chat hears of it", [&] { return chat_says(reason); }, patience);
    }
    BOOST_TEST(mail.mails().empty());
    BOOST_TEST(database.number("select count(*) from notification_attempts t join notification_addresses a "
                               "on a.id = t.address_id where a.kind = 'email'") == 0);
    mail.hang(false);
    wait_for_mails("Carriers filter it", 1);
    wait_for_mails("Too many fail", 1);
}

BOOST_AUTO_TEST_CASE(the_last_attempt_ends_it)
{
    const std::string ana = add("email", "ana@example.com", "problems");
    mail.refuse(true);
    pause_by_waybill(campaign_of_tomorrow());
    test::wait_until(
        "it has failed once",
        [&] { return database.number("select count(*) from notifications where attempts = 1") == 1; }, patience);
    database.exec("update notifications set attempts = 4, next_at = now()");
    test::wait_until(
        "it has failed",
        [&] { return database.number("select count(*) from notifications where state = 'failed'") == 1; }, patience);
    BOOST_TEST(address_of(ana).at("lastFault").is_string());
    BOOST_TEST(address_of(ana).at("waitingNotifications").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(the_test_button_says_what_became_of_the_test)
{
    const std::string ana = add("email", "ana@example.com", "nothing"), room = add("chat", chat.url(), "nothing");
    BOOST_TEST(test_of(ana).at("delivered").as_bool());
    BOOST_TEST(mail.count("Waybill can reach you") == 1);
    BOOST_TEST(test_of(room).at("delivered").as_bool());
    BOOST_TEST(chat_says("Waybill can reach you"));
    chat_works = false;
    const json::value refused = test_of(room);
    BOOST_TEST(!refused.at("delivered").as_bool());
    BOOST_TEST(refused.at("fault").as_string().find("500") != json::string::npos);
    BOOST_TEST(address_of(room).at("lastFault") == refused.at("fault"));
    BOOST_TEST(service.ask(test::get_request("/api/notifications/999/test", "POST")).status == 404);
}

BOOST_AUTO_TEST_CASE(a_disabled_endpoint_is_a_problem_and_comes_once)
{
    add("email", "ana@example.com", "problems");
    database.exec("insert into endpoints (url, description, secret, kinds, disabled_at, disabled_reason) "
                  "values ('https://shop.example.com/', '', '', '{}', now(), 'An event was refused 8 times')");
    wait_for_mails("An event was refused 8 times", 1);
    BOOST_TEST(database.number("select count(*) from notifications") == 1);
}

BOOST_AUTO_TEST_CASE(bad_addresses_are_refused_and_secrets_are_not_shown)
{
    const auto status_of = [&](const json::object& body) {
        return service.ask(test::json_request("/api/notifications", body)).status;
    };
    BOOST_TEST(status_of({{"kind", "email"}}) == 422);
    BOOST_TEST(status_of({{"kind", "pigeon"}, {"address", "ana@example.com"}}) == 422);
    BOOST_TEST(status_of({{"kind", "email"}, {"address", "ana"}}) == 422);
    BOOST_TEST(status_of({{"kind", "chat"}, {"address", "ftp://chat.example.com/"}}) == 422);
    BOOST_TEST(status_of({{"kind", "email"}, {"address", "ana@example.com"}, {"preset", "some"}}) == 422);
    BOOST_TEST(service.get_json("/api/notifications").at("addresses").as_array().empty());
    const std::string room = add("chat", chat.url() + "&secret=abcdefghij", "problems");
    BOOST_TEST(address_of(room).at("address").as_string().find("abcdef") == json::string::npos);
    std::string request = test::json_request(room, {{"preset", "everything"}});
    BOOST_TEST(service.ask(request.replace(0, std::string("POST").size(), "PATCH")).status == 200);
    BOOST_TEST(address_of(room).at("preset").as_string() == "everything");
    BOOST_TEST(service.ask(test::get_request(room, "DELETE")).status == 204);
    BOOST_TEST(service.ask(test::get_request(room, "DELETE")).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
