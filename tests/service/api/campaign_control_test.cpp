#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;
using test::tomorrow;

namespace json = boost::json;

namespace
{

constexpr int customers = 60;

ServiceOptions unhurried()
{
    ServiceOptions options;
    options.settings.messages_per_second = 30;
    return options;
}

struct Fixture
{
    TestDatabase database;
    Service service{database, unhurried()};
    std::string id;

    void create(const CampaignUpload& upload)
    {
        CampaignUpload asynchronous = upload;
        const RawReply reply = service.create(asynchronous.header("Prefer", "respond-async"));
        BOOST_REQUIRE_EQUAL(reply.status, 202);
        id = json_of(reply).at("data").at("campaignId").as_string().c_str();
    }
    RawReply control(const std::string& action, const std::string& body = "") const
    {
        return service.ask(test::request_with_body("/api/campaigns/" + id + "/" + action,
                                                   {{"Content-Type", "application/json"}}, body));
    }
    json::object controlled(const std::string& action) const
    {
        const RawReply reply = control(action);
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.head + reply.body);
        return json_of(reply).as_object();
    }
    void check_refused(const std::string& action, const std::string& sentence) const
    {
        const RawReply reply = control(action);
        BOOST_TEST(reply.status == 409, action);
        BOOST_TEST(json_of(reply).at("error").as_string() == sentence, reply.body);
    }
    std::string shown(const char* name) const
    {
        const json::object status = service.status(id);
        const json::value& value = status.at(name);
        return value.is_null() ? "null" : std::string(value.as_string());
    }
    std::int64_t figure(const char* name) const { return service.status(id).at("metrics").at(name).as_int64(); }

    // All the while another campaign of another sender goes out from its beginning to its end.
    void let_another_one_go_out() const
    {
        const json::object other =
            service.created(CampaignUpload().with("from", "+15005550009").file(lapsed_customers(3)));
        service.wait_until_final(other.at("campaignId").as_string());
    }
    void check_that_nobody_was_texted_twice()
    {
        std::set<std::string> recipients;
        for (const json::object& line : service.twilio().ledger())
            BOOST_TEST(recipients.insert(line.at("to").as_string().c_str()).second);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(campaign_control, Fixture)

BOOST_AUTO_TEST_CASE(a_paused_campaign_stands_still_and_goes_on_where_it_stood)
{
    create(CampaignUpload().file(lapsed_customers(customers)));
    test::wait_until("some were sent", [&] { return figure("messagesSent") >= 5; });
    const json::object paused = controlled("pause");
    BOOST_TEST(paused.at("status").as_string() == "paused");
    BOOST_TEST(paused.at("pauseReason").as_string() == "Paused by an operator");
    BOOST_TEST(paused.at("estimatedSeconds").is_null());
    check_refused("pause", "The campaign is paused already");

    test::wait_until("what was under way has ended", [&] { return service.metric("waybill_sends_in_flight") == 0; });
    const std::int64_t before = service.twilio().counters().accepted;
    let_another_one_go_out();
    const std::int64_t since = static_cast<std::int64_t>(service.twilio().counters().accepted) - before - 3;
    BOOST_TEST(since <= 1); // one that was permitted to leave already
    BOOST_TEST(figure("messagesPending") > 0);

    const json::object resumed = controlled("resume");
    BOOST_TEST(resumed.at("status").as_string() == "sending");
    BOOST_TEST(resumed.at("pauseReason").is_null());
    check_refused("resume", "The campaign is not paused");
    service.wait_until_final(id);
    BOOST_TEST(figure("delivered") == customers);
    BOOST_TEST(service.twilio().counters().accepted == customers + 3U);
    for (const char* action : {"pause", "resume", "cancel"})
        check_refused(action, "The campaign is completed: nothing is left to send");
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_canceled_campaign_ends_what_has_not_left)
{
    create(CampaignUpload().file(lapsed_customers(customers)));
    test::wait_until("some were sent", [&] { return figure("messagesSent") >= 5; });
    const json::object canceled = controlled("cancel");
    BOOST_TEST(canceled.at("status").as_string() == "canceled");
    BOOST_TEST(canceled.at("completedAt").is_string());
    service.wait_until_final(id);
    BOOST_TEST(figure("canceled") + figure("delivered") == customers);
    BOOST_TEST(figure("canceled") > 0);
    BOOST_TEST(service.twilio().counters().accepted == static_cast<std::uint64_t>(figure("delivered")));
    for (const char* action : {"pause", "resume", "cancel"})
        check_refused(action, "The campaign was canceled: it stays so");
    check_that_nobody_was_texted_twice();
    database.wait_until_outbox_is_empty();
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_scheduled_campaign_is_paused_resumed_and_canceled)
{
    create(CampaignUpload().with("sendAt", tomorrow()).file(lapsed_customers(3)));
    BOOST_TEST(shown("status") == "scheduled");
    controlled("pause");
    BOOST_TEST(shown("status") == "paused");
    controlled("resume");
    BOOST_TEST(shown("status") == "scheduled");
    controlled("pause");
    database.exec("update campaigns set send_at = now()");
    let_another_one_go_out();
    BOOST_TEST(figure("messagesPending") == 3);
    controlled("cancel");
    service.wait_until_final(id);
    BOOST_TEST(figure("canceled") == 3);
}

BOOST_AUTO_TEST_CASE(a_running_campaign_tells_when_it_will_have_been_sent)
{
    create(CampaignUpload().file(lapsed_customers(900)));
    const json::object shown = service.status(id);
    BOOST_TEST(shown.at("estimatedSeconds").as_int64() >= 28);
    BOOST_TEST(shown.at("estimatedSeconds").as_int64() <= 30);
    BOOST_TEST(shown.at("estimatedCompletionAt").as_string().ends_with("Z"));
    BOOST_TEST(shown.at("sender").as_string() == test::RunningSimulator::phone_number);
    BOOST_TEST(shown.at("engagement").at("replies").as_int64() == 0);
    for (const char* nothing : {"pauseReason", "maxCost", "budgetLeft", "quietHours"})
        BOOST_TEST(shown.at(nothing).is_null(), nothing);
    controlled("cancel");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_not_understood_is_told)
{
    id = "sms_1_nobody";
    for (const char* action : {"pause", "resume", "cancel", "resend-unknown"})
        BOOST_TEST(control(action).status == 404, action);
    create(CampaignUpload().with("sendAt", tomorrow()).file(lapsed_customers(3)));
    controlled("pause");
    BOOST_TEST(control("resume", "maxCost=20").status == 400);
    BOOST_TEST(control("resume", "[]").status == 400);
    BOOST_TEST(control("resume", R"({"maxCost": 20})").status == 422);
    BOOST_TEST(control("resume", R"({"maxCost": "-1"})").status == 422);
    const RawReply without = control("resume", R"({"maxCost": "20.00"})");
    BOOST_TEST(without.status == 422);
    BOOST_TEST(json_of(without).at("error").as_string().starts_with("maxCost: the campaign has no budget"));
    BOOST_TEST(shown("status") == "paused");
    BOOST_TEST(control("resume", "{}").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
