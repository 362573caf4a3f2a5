#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <optional>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;
using test::tomorrow;

namespace json = boost::json;

namespace
{

std::string text_of(const json::object& object, std::string_view name)
{
    return std::string(object.at(name).as_string());
}

CampaignUpload asynchronous(CampaignUpload upload)
{
    return upload.header("Prefer", "respond-async");
}

std::string create(const Service& service, const CampaignUpload& upload)
{
    const RawReply reply = service.create(asynchronous(upload));
    BOOST_REQUIRE_MESSAGE(reply.status == 202, reply.body);
    return text_of(json_of(reply).at("data").as_object(), "campaignId");
}

RawReply resume(const Service& service, const std::string& id, const std::string& body = "")
{
    return service.ask(
        test::request_with_body("/api/campaigns/" + id + "/resume", {{"Content-Type", "application/json"}}, body));
}

void wait_for_status(const Service& service, const std::string& id, const std::string& status)
{
    test::wait_until("the campaign is " + status, [&] { return text_of(service.status(id), "status") == status; });
}

// In UTC.
std::string time_of_day(std::chrono::hours from_now)
{
    const std::time_t moment = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
    std::tm parts{};
    gmtime_r(&moment, &parts);
    char text[8];
    return {text, std::strftime(text, sizeof text, "%H:%M", &parts)};
}

void let_another_one_go_out(const Service& service)
{
    const json::object other = service.created(CampaignUpload().with("from", "+15005550009").file(lapsed_customers(2)));
    service.wait_until_final(text_of(other, "campaignId"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaign_terms)

BOOST_AUTO_TEST_CASE(a_campaign_pauses_when_its_budget_is_spent_and_goes_on_with_a_larger_one)
{
    TestDatabase database;
    Service service(database);
    const RawReply reply = service.create(CampaignUpload().with("maxCost", "0.0230").file(lapsed_customers(5)));
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
    const json::object data = json_of(reply).at("data").as_object();
    BOOST_TEST(text_of(data, "estimatedCost") == "0.0375");
    const std::string id = text_of(data, "campaignId");
    wait_for_status(service, id, "paused");
    test::wait_until("three are delivered",
                     [&] { return service.status(id).at("metrics").at("delivered").as_int64() == 3; });
    const json::object paused = service.status(id);
    BOOST_TEST(text_of(paused, "maxCost") == "0.0230");
    BOOST_TEST(text_of(paused, "budgetLeft") == "0.0000");
    BOOST_TEST(text_of(paused, "pauseReason") != "Paused by an operator");
    BOOST_TEST(service.twilio().counters().accepted == 3U);

    const RawReply too_little = resume(service, id, R"({"maxCost": "0.0224"})");
    BOOST_TEST(too_little.status == 422);
    BOOST_TEST(json_of(too_little).at("error").as_string() ==
               "maxCost: is less than what the campaign has spent already");
    const RawReply resumed = resume(service, id, R"({"maxCost": "1.00"})");
    BOOST_TEST(resumed.status == 200, resumed.body);
    BOOST_TEST(text_of(json_of(resumed).as_object(), "maxCost") == "1.0000");
    service.wait_until_final(id);
    wait_for_status(service, id, "completed");
    BOOST_TEST(text_of(service.status(id), "budgetLeft") == "0.9600"); // 133 segments are bought with a dollar
    BOOST_TEST(service.twilio().counters().accepted == 5U);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_preview_and_a_create_tell_the_cost_also_above_the_budget)
{
    TestDatabase database;
    Service service(database);
    const auto upload = CampaignUpload().with("maxCost", "0.0000").file(lapsed_customers(3));
    BOOST_TEST(text_of(service.previewed(upload), "estimatedCost") == "0.0225");
    const RawReply reply = service.create(upload);
    BOOST_REQUIRE_EQUAL(reply.status, 200);
    const json::value body = json_of(reply);
    BOOST_TEST(text_of(body.at("data").as_object(), "estimatedCost") == "0.0225");
    BOOST_TEST(text_of(body.at("data").as_object(), "status") == "paused");
    BOOST_TEST(
        body.at("message").as_string().starts_with("SMS campaign was paused, sent to 0 of 3 lapsed customers. "));
    BOOST_TEST(service.twilio().counters().accepted == 0U);
}

BOOST_AUTO_TEST_CASE(in_its_quiet_hours_a_campaign_waits_and_nobody_waits_for_it)
{
    using std::chrono::hours;
    TestDatabase database;
    test::ServiceOptions options;
    options.settings.create_wait = std::chrono::minutes(1);
    Service service(database, options);
    const std::string until = time_of_day(hours(2));
    const std::string id = text_of(service.created(CampaignUpload()
                                                       .with("quietHours", time_of_day(hours(-2)) + "-" + until)
                                                       .with("timeZone", "Etc/UTC")
                                                       .file(lapsed_customers(2))),
                                   "campaignId");
    let_another_one_go_out(service);
    const json::object waiting = service.status(id);
    BOOST_TEST(text_of(waiting, "status") == "sending");
    BOOST_TEST(text_of(waiting, "pauseReason") == "Quiet hours until " + until + " (Etc/UTC)");
    BOOST_TEST(waiting.at("estimatedSeconds").is_null());
    BOOST_TEST(waiting.at("quietHours").at("until").as_string() == until);
    BOOST_TEST(waiting.at("quietHours").at("timeZone").as_string() == "Etc/UTC");
    BOOST_TEST(waiting.at("metrics").at("messagesPending").as_int64() == 2);

    database.exec("update campaigns set quiet_from = '" + time_of_day(hours(3)) + "', quiet_until = '" +
                  time_of_day(hours(5)) + "' where time_zone is not null");
    service.wait_until_final(id);
    BOOST_TEST(service.twilio().counters().accepted == 4U);
}

BOOST_AUTO_TEST_CASE(a_schedule_survives_a_restart)
{
    TestDatabase database;
    const std::string send_at = tomorrow();
    std::string id;
    {
        Service service(database);
        id = create(service, CampaignUpload().with("sendAt", send_at).file(lapsed_customers(2)));
        BOOST_TEST(service.twilio().counters().accepted == 0U);
    }
    Service service(database);
    BOOST_TEST(text_of(service.status(id), "status") == "scheduled");
    BOOST_TEST(text_of(service.status(id), "sendAt") == send_at);
    let_another_one_go_out(service);
    BOOST_TEST(service.twilio().counters().accepted == 2U);
    database.exec("update campaigns set send_at = now() where public_id = '" + id + "'");
    service.wait_until_final(id);
    BOOST_TEST(service.twilio().counters().accepted == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
