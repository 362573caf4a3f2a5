#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::RawReply;

namespace json = boost::json;

namespace
{

test::ServiceOptions with_budget()
{
    test::ServiceOptions options;
    options.settings.daily_budget = 3 * options.settings.price_per_segment;
    options.settings.time_zone = "America/New_York";
    options.settings.create_wait = std::chrono::seconds(0);
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(daily_budget_api)

BOOST_AUTO_TEST_CASE(campaigns_wait_and_single_and_test_messages_are_refused_until_the_next_day)
{
    test::TestDatabase database;
    test::Service service(database, with_budget());
    BOOST_TEST(service.get_json("/api/system").at("dailyBudget").at("left").as_string() == "0.0225");
    const auto created = service.created(CampaignUpload().file(test::lapsed_customers(5)));
    const std::string status = "/api/campaigns/sms/status/" + std::string(created.at("campaignId").as_string());
    json::object shown;
    test::wait_until("the campaign waits", [&] {
        shown = service.get_json(status);
        return !shown.at("pauseReason").is_null();
    });
    BOOST_TEST(shown.at("status").as_string() == "sending");
    BOOST_TEST(shown.at("pauseReason").as_string().starts_with("The daily budget of 0.0225 USD is used up"));
    BOOST_TEST(shown.at("estimatedSeconds").is_null());
    const json::object budget = service.get_json("/api/system").at("dailyBudget").as_object();
    BOOST_TEST(budget.at("amount").as_string() == "0.0225");
    BOOST_TEST(budget.at("spent").as_string() == "0.0225");
    BOOST_TEST(budget.at("left").as_string() == "0.0000");
    BOOST_TEST(budget.at("usedUp").as_bool());
    BOOST_TEST(budget.at("timeZone").as_string() == "America/New_York");
    BOOST_TEST(budget.at("nextDayAt").as_string().ends_with(":00:00Z"));

    const RawReply single =
        service.ask(test::json_request("/api/messages", {{"to", "+15550100009"}, {"body", "Hello"}}));
    const CampaignUpload upload = CampaignUpload().file(test::lapsed_customers(1)).with("to", "+15550100009");
    const RawReply trial = service.ask(upload.request("/api/campaigns/sms/test"));
    for (const RawReply& refused : {single, trial}) {
        BOOST_TEST(refused.status == 429);
        BOOST_TEST(refused.body.find("daily budget") != std::string::npos, refused.body);
        BOOST_TEST(std::stoi(refused.field("Retry-After")) >= 1);
        BOOST_TEST(std::stoi(refused.field("Retry-After")) <= 25 * 3'600);
    }
    service.twilio().wait_until_quiet();
}

BOOST_AUTO_TEST_SUITE_END()
