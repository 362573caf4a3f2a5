#include "server/api/contract/timestamps.hpp"
#include "tests/support/service.hpp"

#include <boost/json/serialize.hpp>
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

namespace json = boost::json;

namespace
{

std::string text_of(const json::object& object, std::string_view name)
{
    return std::string(object.at(name).as_string());
}

std::string tomorrow()
{
    return api::to_iso8601(std::chrono::system_clock::now() + std::chrono::days(1));
}

// Three lapsed customers, a bad number, a duplicate, and one who ordered lately.
const std::string mixed_customers = "customer_name,phone_number,last_order_date\n"
                                    "John,2125550101,2020-01-31\n"
                                    "Mary,call me,2020-01-31\n"
                                    "Zoë,+442079460018,2020-01-31\n"
                                    "John again,(212) 555-0101,2020-01-31\n"
                                    "Lately,2125550103,2999-01-01\n"
                                    "Bob,2125550104,2020-01-31\n";

json::value errors_of_mixed_customers()
{
    return {{{"row", 2},
             {"message", "Invalid phone number format"},
             {"data", {{"customer_name", "Mary"}, {"phone_number", "call me"}, {"last_order_date", "2020-01-31"}}},
             {"line", 3},
             {"hint", "letters in the number"}},
            {{"row", 4},
             {"message", "Duplicate of row 1"},
             {"data",
              {{"customer_name", "John again"}, {"phone_number", "(212) 555-0101"}, {"last_order_date", "2020-01-31"}}},
             {"line", 5}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaign)

BOOST_AUTO_TEST_CASE(a_campaign_goes_out_and_the_reply_tells_its_real_figures)
{
    TestDatabase database;
    Service service(database);
    const RawReply reply = service.create(CampaignUpload().file(mixed_customers));
    BOOST_REQUIRE_EQUAL(reply.status, 200);
    const json::object body = json_of(reply).as_object();
    BOOST_TEST(body.at("success").as_bool());
    BOOST_TEST(text_of(body, "message") ==
               "SMS campaign sent to 3 lapsed customers! Track redemptions using code SAVE20.");
    json::object data = body.at("data").as_object();
    BOOST_TEST(text_of(data, "campaignId").starts_with("sms_"));
    for (const char* addition : {"campaignId", "messagesUnknown", "estimatedCost"})
        data.erase(addition);
    const json::value expected{{"offerCode", "SAVE20"},
                               {"messagesSent", 3},
                               {"deliveryRate", "100%"},
                               {"totalCost", "0.0225"},
                               {"totalCustomersUploaded", 4},
                               {"lapsedCustomersFound", 3},
                               {"sampleMessage", "Hi John! We miss you at Luigi's! 20% off Use code SAVE20"},
                               {"csvErrors", errors_of_mixed_customers()},
                               {"status", "completed"},
                               {"simulated", true},
                               {"messagesFailed", 0},
                               {"messagesPending", 0},
                               {"csvErrorCount", 2},
                               {"duplicates", 1},
                               {"optedOut", 0},
                               {"textedRecently", 0},
                               {"leftOut", "Left out: 1 duplicate and 1 row with errors."},
                               {"reference", nullptr},
                               {"metadata", nullptr},
                               {"segments", 3}};
    BOOST_TEST(json::value(data) == expected, json::serialize(data));
}

BOOST_AUTO_TEST_CASE(its_receipts_are_seen_in_its_status)
{
    TestDatabase database;
    Service service(database);
    const std::string id = text_of(service.created(CampaignUpload().file(lapsed_customers(5))), "campaignId");
    const json::object status = service.wait_until_final(id);
    BOOST_TEST(text_of(status, "status") == "completed");
    BOOST_TEST(text_of(status, "campaignId") == id);
    BOOST_TEST(status.at("simulated").as_bool());
    for (const char* time : {"createdAt", "completedAt", "lastUpdated"})
        BOOST_TEST((text_of(status, time).size() == 20 && text_of(status, time).ends_with("Z")), time);
    const json::object& metrics = status.at("metrics").as_object();
    for (const char* all : {"messagesSent", "delivered", "total", "accepted"})
        BOOST_TEST(metrics.at(all).as_int64() == 5, all);
    for (const char* none : {"pending", "sending", "sent", "undelivered", "failed", "unknown", "canceled",
                             "messagesFailed", "messagesPending"})
        BOOST_TEST(metrics.at(none).as_int64() == 0, none);
    BOOST_TEST(text_of(metrics, "deliveryRate") == "100%");
    BOOST_TEST(text_of(metrics, "totalCost") == "0.0375");
    BOOST_TEST(text_of(metrics, "estimatedCost") == "0.0375");
    BOOST_TEST(metrics.at("actualCost").is_null()); // receipts do not carry the price
    BOOST_TEST(metrics.at("secondsToDelivery").at("p50").is_double());
    BOOST_TEST(metrics.at("errors").as_array().empty());
}

BOOST_AUTO_TEST_CASE(a_number_that_twilio_refuses_is_failed_with_its_code_and_meaning)
{
    TestDatabase database;
    Service service(database);
    const json::object data = service.created(CampaignUpload().file("customer_name,phone_number,last_order_date\n"
                                                                    "Good,2125550101,2020-01-31\n"
                                                                    "Bad,+15005550001,2020-01-31\n"));
    BOOST_TEST(data.at("messagesSent").as_int64() == 1);
    BOOST_TEST(data.at("messagesFailed").as_int64() == 1);
    BOOST_TEST(text_of(data, "deliveryRate") == "50%");
    BOOST_TEST(text_of(data, "totalCost") == "0.0075");
    const json::object status = service.wait_until_final(text_of(data, "campaignId"));
    const json::array& errors = status.at("metrics").at("errors").as_array();
    BOOST_REQUIRE_EQUAL(errors.size(), 1U);
    BOOST_TEST(errors[0].at("code").as_int64() == 21211);
    BOOST_TEST(errors[0].at("count").as_int64() == 1);
    const json::object refused = service.messages(text_of(data, "campaignId")).at(1);
    BOOST_TEST(text_of(refused, "status") == "failed");
    BOOST_TEST(refused.at("errorCode").as_int64() == 21211);
    BOOST_TEST(text_of(refused, "errorMeaning") == errors[0].at("meaning").as_string());
    BOOST_TEST(!text_of(refused, "errorMeaning").empty());
    BOOST_TEST(text_of(refused, "cost") == "0.0000");
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(without_a_lapsed_customer_nothing_is_sent)
{
    TestDatabase database;
    Service service(database);
    const RawReply reply =
        service.create(CampaignUpload()
                           .with("lapsedAfterDays", "45")
                           .file("customer_name,phone_number,last_order_date\nLately,2125550101,2999-01-01\n"));
    BOOST_REQUIRE_EQUAL(reply.status, 200);
    const json::object body = json_of(reply).as_object();
    BOOST_TEST(text_of(body, "message") ==
               "No lapsed customers found (all customers have ordered within the last 45 days)");
    const json::object& data = body.at("data").as_object();
    BOOST_TEST(data.at("totalCustomersUploaded").as_int64() == 1);
    for (const char* none : {"messagesSent", "lapsedCustomersFound", "messagesFailed", "messagesPending", "segments"})
        BOOST_TEST(data.at(none).as_int64() == 0, none);
    BOOST_TEST(text_of(data, "deliveryRate") == "0%");
    BOOST_TEST(text_of(data, "totalCost") == "0.0000");
    BOOST_TEST(text_of(data, "sampleMessage") == "");
    BOOST_TEST(text_of(data, "status") == "completed");
    BOOST_TEST(service.twilio().counters().accepted == 0U);
}

BOOST_AUTO_TEST_CASE(zero_days_take_everyone)
{
    TestDatabase database;
    Service service(database);
    const json::object data = service.created(CampaignUpload().with("lapsedAfterDays", "0").file(mixed_customers));
    BOOST_TEST(data.at("messagesSent").as_int64() == 4);
}

BOOST_AUTO_TEST_CASE(the_template_takes_every_column_and_expands_nothing_twice)
{
    TestDatabase database;
    Service service(database);
    const json::object data =
        service.created(CampaignUpload()
                            .with("message", "{customer_name}: {Favorite Dish}, {offer}{offer_code}")
                            .with("offer", "{offer_code}")
                            .file("Favorite Dish,customer_name,PHONE_NUMBER, last_order_date \n\"Pizza, "
                                  "{offer}\",Ann,2125550101,2020-01-31\n"));
    BOOST_TEST(text_of(data, "sampleMessage") == "Ann: Pizza, {offer}, {offer_code}SAVE20");
}

BOOST_AUTO_TEST_CASE(a_sender_of_its_own_is_used_and_who_opted_out_is_left_out)
{
    TestDatabase database;
    database.exec("insert into opt_outs (phone_number, source) values ('+15550100001', 'STOP')");
    Service service(database);
    const json::object data =
        service.created(CampaignUpload().with("from", "(202) 555-0199").file(lapsed_customers(3)));
    BOOST_TEST(data.at("optedOut").as_int64() == 1);
    BOOST_TEST(data.at("csvErrors").at(0).at("row").as_int64() == 2);
    BOOST_TEST(data.at("csvErrors").at(0).at("message").as_string() == "Opted out");
    std::set<std::string> recipients;
    for (const json::object& line : service.twilio().ledger()) {
        BOOST_TEST(text_of(line, "from") == "+12025550199");
        recipients.insert(text_of(line, "to"));
    }
    BOOST_TEST((recipients == std::set<std::string>{"+15550100000", "+15550100002"}));
}

BOOST_AUTO_TEST_CASE(a_slow_campaign_is_told_as_being_sent)
{
    TestDatabase database;
    ServiceOptions options;
    options.settings.messages_per_second = 0.5;
    options.settings.create_wait = std::chrono::seconds(1);
    Service service(database, options);
    const RawReply reply = service.create(CampaignUpload().file(lapsed_customers(3)));
    BOOST_REQUIRE_EQUAL(reply.status, 200);
    const json::value body = json_of(reply);
    BOOST_TEST(body.at("message").as_string() ==
               "SMS campaign is being sent to 3 lapsed customers! Track redemptions using code SAVE20.");
    const json::object& data = body.at("data").as_object();
    BOOST_TEST(text_of(data, "status") == "sending");
    BOOST_TEST(data.at("messagesPending").as_int64() + data.at("messagesSent").as_int64() == 3);
    BOOST_TEST(data.at("messagesPending").as_int64() > 0);
}

BOOST_AUTO_TEST_CASE(a_client_that_prefers_not_to_wait_is_told_where_to_look)
{
    TestDatabase database;
    Service service(database);
    const RawReply reply = service.create(CampaignUpload().header("Prefer", "respond-async").file(lapsed_customers(3)));
    BOOST_TEST(reply.status == 202);
    const std::string id = text_of(json_of(reply).at("data").as_object(), "campaignId");
    BOOST_TEST(reply.field("Location") == "/api/campaigns/sms/status/" + id);
    BOOST_TEST(service.get(reply.field("Location")).status == 200);
    BOOST_TEST(service.wait_until_final(id).at("metrics").at("delivered").as_int64() == 3);
}

BOOST_AUTO_TEST_CASE(a_scheduled_campaign_waits_for_its_time)
{
    TestDatabase database;
    Service service(database);
    const json::object later = service.created(CampaignUpload().with("sendAt", tomorrow()).file(lapsed_customers(2)));
    BOOST_TEST(text_of(later, "status") == "scheduled");
    BOOST_TEST(later.at("messagesPending").as_int64() == 2);
    const json::object now = service.created(CampaignUpload().file(lapsed_customers(1)));
    service.wait_until_final(text_of(now, "campaignId"));
    BOOST_TEST(service.twilio().counters().accepted == 1U);
    const std::string id = text_of(later, "campaignId");
    BOOST_TEST(text_of(service.status(id), "status") == "scheduled");

    database.exec("insert into opt_outs (phone_number, source) values ('+15550100001', 'STOP')");
    database.exec("update campaigns set send_at = now() where public_id = '" + id + "'");
    const json::object metrics = service.wait_until_final(id).at("metrics").as_object();
    BOOST_TEST(metrics.at("delivered").as_int64() == 1);
    BOOST_TEST(metrics.at("canceled").as_int64() == 1); // opted out since the upload
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(without_credentials_the_built_in_simulator_delivers)
{
    TestDatabase database;
    ServiceOptions options;
    options.has_credentials = false;
    Service service(database, options);
    const json::object data = service.created(CampaignUpload().file(lapsed_customers(4)));
    BOOST_TEST(data.at("simulated").as_bool());
    BOOST_TEST(service.wait_until_final(text_of(data, "campaignId")).at("metrics").at("delivered").as_int64() == 4);
    BOOST_TEST(text_of(service.get_json("/api/health"), "twilio") == "simulated");
    BOOST_TEST(service.twilio().counters().accepted == 0U); // it was not the fixture's
}

BOOST_AUTO_TEST_SUITE_END()
