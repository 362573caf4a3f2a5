#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

ServiceOptions unhurried()
{
    ServiceOptions options;
    options.settings.messages_per_second = 20;
    return options;
}

// The first ones get that error of the simulator's, by the ends of their numbers.
std::string customers_of_whom(int failing, const std::string& error)
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    for (int i = 0; i < failing; ++i)
        csv += "Customer,+1" + std::to_string(20'000 + i) + error + ",2020-01-31\n";
    return csv + test::lapsed_customers(80).substr(csv.find('\n') + 1);
}

std::string create(const Service& service, const std::string& csv)
{
    const RawReply reply = service.create(CampaignUpload().header("Prefer", "respond-async").file(csv));
    BOOST_REQUIRE_MESSAGE(reply.status == 202, reply.body);
    return json_of(reply).at("data").at("campaignId").as_string().c_str();
}

void wait_for_status(const Service& service, const std::string& id, const std::string& status)
{
    test::wait_until("the campaign is " + status,
                     [&] { return service.status(id).at("status").as_string() == status; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaign_guard)

BOOST_AUTO_TEST_CASE(a_campaign_that_is_filtered_pauses_itself_and_once_resumed_goes_to_its_end)
{
    TestDatabase database;
    Service service(database, unhurried());
    const std::string id = create(service, customers_of_whom(10, "30007"));
    wait_for_status(service, id, "paused");
    const json::object paused = service.status(id);
    const std::string reason(paused.at("pauseReason").as_string());
    BOOST_TEST(reason.find("were filtered") != std::string::npos, reason);
    BOOST_TEST(reason.find("30007: Message blocked by carrier") != std::string::npos, reason);
    BOOST_TEST(paused.at("metrics").at("messagesPending").as_int64() > 0);
    BOOST_TEST(service.metric("waybill_campaigns_paused_total") == 1);

    const RawReply resumed = service.ask(test::request_with_body("/api/campaigns/" + id + "/resume", {}, ""));
    BOOST_TEST(resumed.status == 200, resumed.body);
    const json::object metrics = service.wait_until_final(id).at("metrics").as_object();
    BOOST_TEST(metrics.at("undelivered").as_int64() == 10);
    BOOST_TEST(metrics.at("delivered").as_int64() == 80);
    wait_for_status(service, id, "completed");
    BOOST_TEST(service.metric("waybill_campaigns_paused_total") == 1);
}

BOOST_AUTO_TEST_CASE(bad_numbers_pause_nothing)
{
    TestDatabase database;
    Service service(database, unhurried());
    const std::string id = create(service, customers_of_whom(30, "30005"));
    service.wait_until_final(id);
    wait_for_status(service, id, "completed");
    BOOST_TEST(service.metric("waybill_campaigns_paused_total") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
