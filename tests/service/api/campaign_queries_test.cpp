#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

std::string text_of(const json::object& object, std::string_view name)
{
    return std::string(object.at(name).as_string());
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaign_queries)

BOOST_AUTO_TEST_CASE(a_preview_tells_the_cost_and_stores_nothing)
{
    TestDatabase database;
    Service service(database);
    const json::object preview =
        service.previewed(CampaignUpload().file(lapsed_customers(3) + "No,number,2020-01-31\n"));
    BOOST_TEST(text_of(preview, "sampleMessage") == "Hi Customer 0! We miss you at Luigi's! 20% off Use code SAVE20");
    BOOST_TEST(preview.at("characterCount").as_int64() == 62);
    BOOST_TEST(preview.at("targetCustomers").as_int64() == 3);
    BOOST_TEST(text_of(preview, "estimatedCost") == "0.0225");
    BOOST_TEST(text_of(preview, "encoding") == "GSM-7");
    BOOST_TEST(preview.at("segments").as_int64() == 1);
    BOOST_TEST(preview.at("totalSegments").as_int64() == 3);
    BOOST_TEST(preview.at("estimatedSeconds").as_int64() == 1);
    const json::value stats{{"totalUploaded", 3}, {"lapsedCustomers", 3}, {"errors", 1},        {"duplicates", 0},
                            {"optedOut", 0},      {"noConsent", 0},       {"textedRecently", 0}};
    BOOST_TEST(preview.at("csvStats") == stats);
    BOOST_TEST(preview.at("csvErrors").at(0).at("row").as_int64() == 4);
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    BOOST_TEST(service.twilio().counters().accepted == 0U);
}

BOOST_AUTO_TEST_CASE(a_preview_without_a_file_shows_a_placeholder_name)
{
    TestDatabase database;
    Service service(database);
    const json::object preview =
        service.previewed(CampaignUpload().with("message", "Hi {customer_name} \xF0\x9F\x8D\x95 {offer_code}"));
    BOOST_TEST(text_of(preview, "sampleMessage") == "Hi John \xF0\x9F\x8D\x95 SAVE20");
    BOOST_TEST(preview.at("characterCount").as_int64() == 16);
    BOOST_TEST(text_of(preview, "encoding") == "UCS-2");
    BOOST_TEST(preview.at("csvStats").is_null());
    BOOST_TEST(preview.at("csvErrors").as_array().empty());
    BOOST_TEST(text_of(preview, "estimatedCost") == "0.0000");
}

BOOST_AUTO_TEST_CASE(the_sample_file_fed_back_to_preview_has_no_errors)
{
    TestDatabase database;
    Service service(database);
    const RawReply sample = service.get("/api/campaigns/sms/sample-csv");
    BOOST_TEST(sample.status == 200);
    BOOST_TEST(sample.field("Content-Type") == "text/csv; charset=utf-8");
    BOOST_TEST(sample.field("Content-Disposition") == "attachment; filename=\"sample-customer-list.csv\"");
    const json::object preview = service.previewed(CampaignUpload().file(sample.body, "Sample-Customer-List.CSV"));
    BOOST_TEST(preview.at("csvErrors").as_array().empty());
    BOOST_TEST(preview.at("targetCustomers").as_int64() == preview.at("csvStats").at("totalUploaded").as_int64());
    BOOST_TEST(preview.at("targetCustomers").as_int64() > 0);
}

BOOST_AUTO_TEST_CASE(campaigns_are_listed_newest_first_page_by_page)
{
    TestDatabase database;
    Service service(database);
    std::vector<std::string> ids;
    for (const char* name : {"first", "second", "third"}) {
        const json::object data = service.created(CampaignUpload().with("name", name).file(lapsed_customers(1)));
        ids.push_back(text_of(data, "campaignId"));
        service.wait_until_final(ids.back());
    }
    const json::object page = service.get_json("/api/campaigns?limit=2");
    const json::array& newest = page.at("campaigns").as_array();
    BOOST_REQUIRE_EQUAL(newest.size(), 2U);
    BOOST_TEST(newest[0].at("name").as_string() == "third");
    BOOST_TEST(newest[0].at("campaignId").as_string() == ids[2]);
    BOOST_TEST(newest[1].at("campaignId").as_string() == ids[1]);
    const json::object rest = service.get_json("/api/campaigns?limit=2&cursor=" + text_of(page, "nextCursor"));
    BOOST_REQUIRE_EQUAL(rest.at("campaigns").as_array().size(), 1U);
    BOOST_TEST(rest.at("nextCursor").is_null());

    const json::object one = service.get_json("/api/campaigns/" + ids[0]);
    BOOST_TEST(rest.at("campaigns").at(0) == json::value(one));
    BOOST_TEST(one.at("metrics") == service.status(ids[0]).at("metrics"));
}

BOOST_AUTO_TEST_CASE(messages_are_listed_in_the_order_of_the_upload_and_by_status)
{
    TestDatabase database;
    Service service(database);
    const std::string id = text_of(
        service.created(CampaignUpload().file(lapsed_customers(3) + "Bad,+15005550001,2020-01-31\n")), "campaignId");
    service.wait_until_final(id);
    const std::string messages = "/api/campaigns/" + id + "/messages";
    const json::object page = service.get_json(messages + "?limit=3");
    const json::object rest = service.get_json(messages + "?limit=3&cursor=" + text_of(page, "nextCursor"));
    BOOST_TEST(page.at("messages").as_array().size() == 3U);
    BOOST_TEST(rest.at("messages").as_array().size() == 1U);
    const json::object& first = page.at("messages").at(0).as_object();
    BOOST_TEST(first.at("row").as_int64() == 1);
    BOOST_TEST(text_of(first, "to") == "+15550100000");
    BOOST_TEST(text_of(first, "name") == "Customer 0");
    BOOST_TEST(text_of(first, "status") == "delivered");
    BOOST_TEST(text_of(first, "cost") == "0.0075");
    BOOST_TEST(text_of(first, "sid").starts_with("SM"));
    for (const char* time : {"createdAt", "claimedAt", "acceptedAt", "sentAt", "completedAt"})
        BOOST_TEST(text_of(first, time).ends_with("Z"), time);
    const json::object failed = service.get_json(messages + "?status=failed");
    BOOST_REQUIRE_EQUAL(failed.at("messages").as_array().size(), 1U);
    BOOST_TEST(failed.at("messages").at(0).at("row").as_int64() == 4);
}

BOOST_AUTO_TEST_CASE(an_unknown_campaign_is_not_found)
{
    TestDatabase database;
    Service service(database);
    for (const char* target : {"/api/campaigns/sms/status/sms_1_nobody", "/api/campaigns/sms_1_nobody",
                               "/api/campaigns/sms_1_nobody/messages", "/api/campaigns/sms/status/'%20or%20''='"}) {
        const RawReply reply = service.get(target);
        BOOST_TEST(reply.status == 404, target);
        BOOST_TEST(json_of(reply).at("error").as_string() == "Campaign not found", target);
    }
}

BOOST_AUTO_TEST_CASE(operators_see_health_readiness_and_metrics)
{
    TestDatabase database;
    Service service(database);
    BOOST_TEST(service.get("/healthz").status == 200);
    BOOST_TEST(service.get("/readyz").status == 200);
    const json::object health = service.get_json("/api/health");
    BOOST_TEST(text_of(health, "status") == "healthy");
    BOOST_TEST(!health.contains("version"));
    BOOST_TEST(!health.contains("lastReceiptAt"));
    BOOST_TEST(service.get_json("/api/system").at("lastReceiptAt").is_null());
    service.created(CampaignUpload().file(lapsed_customers(2)));
    service.twilio().wait_until_quiet();
    BOOST_TEST(text_of(service.get_json("/api/system"), "lastReceiptAt").ends_with("Z"));
    BOOST_TEST(service.metric("waybill_sends_total{outcome=\"accepted\"}") == 2);
    BOOST_TEST(service.metric("waybill_callbacks_total{verdict=\"acknowledged\"}") == 4);
    BOOST_TEST(service.metric("waybill_signatures_verified_total{token=\"1\"}") == 4);
}

BOOST_AUTO_TEST_SUITE_END()
