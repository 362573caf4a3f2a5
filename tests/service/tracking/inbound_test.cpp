#include "server/api/contract/timestamps.hpp"
#include "tests/support/database_proxy.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace waybill;
using test::CampaignUpload;
using test::HeaderFields;
using test::lapsed_customers;
using test::RawReply;
using test::RunningSimulator;
using test::Service;
using test::TestDatabase;
using webhooks::Form;

namespace json = boost::json;

namespace
{

constexpr const char* target = "/webhooks/twilio/inbound";

Form inbound(const std::string& body, const std::string& from = "+15550100000")
{
    Form form;
    form.parameters = {{"MessageSid", "SM00000000000000000000000000000017"},
                       {"AccountSid", RunningSimulator::account_sid},
                       {"From", from},
                       {"To", RunningSimulator::phone_number},
                       {"Body", body},
                       {"NumMedia", "0"}};
    return form;
}

struct Fixture
{
    TestDatabase database;
    Service service{database};

    RawReply post(const std::string& body, const std::string& signature,
                  const std::string& content_type = "application/x-www-form-urlencoded")
    {
        HeaderFields headers{{"Content-Type", content_type}};
        if (!signature.empty()) headers.emplace_back("X-Twilio-Signature", signature);
        return service.ask(test::request_with_body(target, headers, body));
    }
    std::string sign(const Form& form, const std::string& token = RunningSimulator::auth_token)
    {
        return webhooks::SigningKey(token).sign(service.origin() + target, form);
    }
    RawReply post_signed(const Form& form) { return post(webhooks::write_form(form), sign(form)); }

    std::string sent_campaign(int customers)
    {
        const json::object data = service.created(CampaignUpload().file(lapsed_customers(customers)));
        service.wait_until_final(data.at("campaignId").as_string());
        return std::string(data.at("campaignId").as_string());
    }
    std::int64_t kept() const { return database.number("select count(*) from inbound_messages"); }
    std::int64_t opt_outs() const { return database.number("select count(*) from opt_outs"); }
    std::int64_t counted(const std::string& verdict) const
    {
        return service.metric("waybill_inbound_total{verdict=\"" + verdict + "\"}");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(inbound_webhook, Fixture)

BOOST_AUTO_TEST_CASE(a_signed_message_is_kept_and_answered_with_empty_twiml)
{
    const RawReply reply = post_signed(inbound("Thank you!"));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Content-Type").starts_with("text/xml"));
    BOOST_TEST(reply.body.find("<Response/>") != std::string::npos);
    BOOST_TEST(
        database.value("select from_address || ' ' || body || ' ' || (extra->>'NumMedia') from inbound_messages") ==
        "+15550100000 Thank you! 0");
    BOOST_TEST(post_signed(inbound("Thank you!")).status == 200);
    BOOST_TEST(kept() == 1);
    BOOST_TEST(counted("acknowledged") == 2);
}

BOOST_AUTO_TEST_CASE(what_is_not_signed_changes_nothing_and_is_never_answered_with_text)
{
    const Form form = inbound("STOP");
    const std::string body = webhooks::write_form(form);
    for (const std::string& wrong : {std::string(), sign(form, "another token"), sign(inbound("START"))}) {
        const RawReply reply = post(body, wrong);
        BOOST_TEST(reply.status == 403);
        BOOST_TEST(reply.field("Content-Type").starts_with("application/json"));
    }
    BOOST_TEST(post(body + "&More=1", sign(form)).status == 403);
    BOOST_TEST(counted("forbidden") == 4);
    BOOST_TEST(service.metric("waybill_signature_failures_total{reason=\"wrong\"}") == 3);
    BOOST_TEST(kept() == 0);
    BOOST_TEST(opt_outs() == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_inbound_message_is_malformed)
{
    const Form form = inbound("STOP");
    BOOST_TEST(post("{}", sign(form), "application/json").status == 400);
    BOOST_TEST(post("Body=%ZZ", sign(form)).status == 400);
    for (const std::size_t missing : {0, 2, 3}) {
        Form without = form;
        without.parameters.erase(without.parameters.begin() + static_cast<std::ptrdiff_t>(missing));
        BOOST_TEST(post_signed(without).status == 400);
    }
    Form large = form;
    large.parameters.emplace_back("Padding", std::string(70'000, 'x'));
    BOOST_TEST(post_signed(large).status == 400);
    BOOST_TEST(service.get(target).status == 405);
    BOOST_TEST(kept() == 0);
}

BOOST_AUTO_TEST_CASE(a_stop_suppresses_the_next_upload_until_start_lifts_it)
{
    const std::string first = sent_campaign(2);
    const json::object answer = service.twilio().write_in("+15550100000", " Stop. ");
    BOOST_TEST(answer.at("webhook_status").as_int64() == 200);
    BOOST_TEST(database.value("select phone_number || ' ' || source from opt_outs") == "+15550100000 reply");
    const json::object second = service.created(CampaignUpload().file(lapsed_customers(2)));
    BOOST_TEST(second.at("optedOut").as_int64() == 1);
    BOOST_TEST(second.at("messagesSent").as_int64() == 1);
    BOOST_TEST(second.at("csvErrors").at(0).at("message").as_string() == "Opted out");

    BOOST_TEST(service.twilio().write_in("+15550100000", "unstop").at("webhook_status").as_int64() == 200);
    BOOST_TEST(opt_outs() == 0);
    const json::object third = service.created(CampaignUpload().file(lapsed_customers(2)));
    BOOST_TEST(third.at("optedOut").as_int64() == 0);
    BOOST_TEST(third.at("messagesSent").as_int64() == 2);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_stop_opts_out_the_number_whatever_its_channel_and_country)
{
    std::vector<std::string> senders{
        "+376312345", "whatsapp:+447911123456", "rcs:+15550100000", "+5215512345678", "72345", "MyBank"};
    for (std::size_t i = 0; i < senders.size(); ++i) {
        Form form = inbound("STOP", senders[i]);
        form.parameters[0].second = "SM0000000000000000000000000000000" + std::to_string(i);
        BOOST_TEST(post_signed(form).status == 200);
    }
    BOOST_TEST(database.value("select string_agg(phone_number, ' ' order by phone_number) from opt_outs") ==
               "+15550100000 +376312345 +447911123456 +525512345678");
    BOOST_TEST(database.value("select string_agg(from_address, ' ' order by number) from inbound_messages") ==
               "+376312345 +447911123456 +15550100000 +525512345678 72345 MyBank");
    BOOST_TEST(database.value("select extra->>'From' from inbound_messages where from_address = '+447911123456'") ==
               "whatsapp:+447911123456");
}

BOOST_AUTO_TEST_CASE(who_stops_after_the_upload_is_not_texted_any_more)
{
    const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
    service.created(CampaignUpload().with("sendAt", api::to_iso8601(tomorrow)).file(lapsed_customers(2)));
    BOOST_TEST(post_signed(inbound("stop")).status == 200);
    database.exec("update campaigns set send_at = null");
    test::wait_until("both messages are final", [&] {
        return database.value("select string_agg(status || ' ' || coalesce(error_code, 0), ', ' order by id) "
                              "from messages") == "canceled 21610, delivered 0";
    });
    BOOST_TEST(service.twilio().counters().accepted == 1U);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(replies_are_shown_with_the_campaign_that_they_answer)
{
    const std::string id = sent_campaign(2);
    service.twilio().write_in("+15550100000", "Thanks \U0001F355");
    service.twilio().write_in("+15550100001", "HELP");
    service.twilio().write_in("+15550100001", "stop");
    service.twilio().write_in("+15550109999", "Who are you?");
    const json::object page = service.get_json("/api/campaigns/" + id + "/replies?limit=2");
    const json::array& newest = page.at("replies").as_array();
    BOOST_REQUIRE(newest.size() == 2U);
    BOOST_TEST(newest[0].at("keyword").as_string() == "stop");
    BOOST_TEST(newest[1].at("keyword").as_string() == "help");
    const std::string cursor(page.at("nextCursor").as_string());
    const json::object rest = service.get_json("/api/campaigns/" + id + "/replies?cursor=" + cursor);
    BOOST_REQUIRE(rest.at("replies").as_array().size() == 1U);
    const json::object& first = rest.at("replies").at(0).as_object();
    BOOST_TEST(first.at("from").as_string() == "+15550100000");
    BOOST_TEST(first.at("body").as_string() == "Thanks \U0001F355");
    BOOST_TEST(first.at("keyword").is_null());
    BOOST_TEST(first.at("receivedAt").as_string().ends_with("Z"));
    BOOST_TEST(first.at("messageId").as_string() == database.value("select min(id) from messages"));
    BOOST_TEST(rest.at("nextCursor").is_null());
    const json::value engagement{{"replies", 1}, {"optOuts", 1}, {"looksLikeOptOut", 0}};
    BOOST_TEST(service.get_json("/api/campaigns/" + id).at("engagement") == engagement);
    BOOST_TEST(service.get("/api/campaigns/sms_1_nobody/replies").status == 404);
}

BOOST_AUTO_TEST_CASE(a_wish_in_other_words_is_marked_and_shown_first_until_one_click_opts_out)
{
    const std::string id = sent_campaign(2);
    service.twilio().write_in("+15550100000", "Please stop texting me");
    service.twilio().write_in("+15550100001", "We love your pizza");
    const auto replies = [&] { return service.get_json("/api/campaigns/" + id + "/replies").at("replies").as_array(); };
    BOOST_TEST(replies().at(0).at("from").as_string() == "+15550100000");
    BOOST_TEST(replies().at(0).at("looksLikeOptOut").as_bool());
    BOOST_TEST(!replies().at(0).at("optedOut").as_bool());
    BOOST_TEST(!replies().at(1).at("looksLikeOptOut").as_bool());
    BOOST_TEST(service.get_json("/api/campaigns/" + id).at("engagement").at("looksLikeOptOut").as_int64() == 1);
    BOOST_TEST(opt_outs() == 0);
    BOOST_TEST(service.ask(test::get_request("/api/opt-outs/+15550100000", "PUT")).status == 201);
    BOOST_TEST(replies().at(0).at("optedOut").as_bool());
}

// The signed text has no separators: one captured START, divided differently, is signed as well.
BOOST_AUTO_TEST_CASE(a_captured_start_in_other_parameters_lifts_no_later_opt_out)
{
    Form start = inbound("START");
    start.parameters.emplace_back("SmsSid", start.parameters[0].second);
    BOOST_TEST(post_signed(start).status == 200);
    const std::string captured = sign(start);
    Form stop = inbound("STOP");
    stop.parameters[0].second = "SM00000000000000000000000000000018";
    BOOST_TEST(post_signed(stop).status == 200);

    Form replayed = start;
    std::erase_if(replayed.parameters, [](const auto& each) { return each.first == "NumMedia"; });
    replayed.parameters[0].second += "NumMedia0"; // a new SID
    BOOST_TEST(sign(replayed) == captured);
    BOOST_TEST(post(webhooks::write_form(replayed), captured).status == 200);
    BOOST_TEST(kept() == 3);
    BOOST_TEST(opt_outs() == 1);
}

BOOST_AUTO_TEST_CASE(a_signed_reply_without_our_account_is_kept_and_stops_but_never_starts)
{
    Form stop = inbound("STOP");
    stop.parameters.erase(stop.parameters.begin() + 1);
    BOOST_TEST(post_signed(stop).status == 200);
    BOOST_TEST(opt_outs() == 1);
    Form start = inbound("START");
    start.parameters[0].second = "SM00000000000000000000000000000018";
    start.parameters[1].second = "AC99999999999999999999999999999999";
    BOOST_TEST(post_signed(start).status == 200);
    BOOST_TEST(kept() == 2);
    BOOST_TEST(opt_outs() == 1);
    start.parameters[0].second = "SM00000000000000000000000000000019";
    start.parameters[1].second = RunningSimulator::account_sid;
    BOOST_TEST(post_signed(start).status == 200);
    BOOST_TEST(opt_outs() == 0);
}

BOOST_AUTO_TEST_CASE(yes_does_not_lift_an_opt_out_that_an_operator_set)
{
    BOOST_TEST(service.ask(test::get_request("/api/opt-outs/+15550100000", "PUT")).status == 201);
    service.twilio().write_in("+15550100000", "YES");
    BOOST_TEST(opt_outs() == 1);
    service.twilio().write_in("+15550100001", "please STOP \U0001F6D1");
    BOOST_TEST(opt_outs() == 2);
    service.twilio().write_in("+15550100001", "start.");
    BOOST_TEST(opt_outs() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(inbound_while_the_database_is_away)

BOOST_AUTO_TEST_CASE(a_message_waits_until_it_is_there)
{
    TestDatabase database;
    test::DatabaseProxy proxy(database);
    test::ServiceOptions options;
    options.settings.database_url = proxy.url();
    options.begins_ready = false;
    Service service(database, options);
    service.wait_until_it_listens();
    const auto write_in = [&service](const std::string& body) {
        return service.twilio().write_in("+15550100000", body).at("webhook_status").as_int64();
    };
    auto stop = std::async(std::launch::async, write_in, "stop");
    proxy.open();
    BOOST_TEST(stop.get() == 200);
    service.wait_until_ready();
    test::wait_until("requests are let in", [&] { return service.get("/metrics").status == 200; });

    proxy.cut();
    auto start = std::async(std::launch::async, write_in, "start");
    test::wait_until("Twilio has asked",
                     [&] { return service.metric("waybill_signatures_verified_total{token=\"1\"}") == 2; });
    BOOST_TEST(database.number("select count(*) from opt_outs") == 1);
    proxy.open();
    BOOST_TEST(start.get() == 200);
    BOOST_TEST(database.number("select count(*) from opt_outs") == 0);
    BOOST_TEST(database.number("select count(*) from inbound_messages") == 2);
}

BOOST_AUTO_TEST_SUITE_END()
