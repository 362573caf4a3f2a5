#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

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

struct Fixture
{
    TestDatabase database;
    Service service{database};

    static CampaignUpload upload(int customers = 2) { return CampaignUpload().file(lapsed_customers(customers)); }
    static CampaignUpload careful(int customers = 2)
    {
        return upload(customers).with("notTextedWithinHours", "24").with("offer", "30% off");
    }
    static std::string sentence_of(const RawReply& reply)
    {
        return std::string(json_of(reply).at("message").as_string());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(left_out, Fixture)

BOOST_AUTO_TEST_CASE(whom_a_campaign_has_texted_within_the_hours_gets_no_other_message)
{
    service.created(upload(2));
    const json::object preview = service.previewed(careful(3));
    BOOST_TEST(preview.at("targetCustomers").as_int64() == 1);
    BOOST_TEST(preview.at("csvStats").at("textedRecently").as_int64() == 2);
    BOOST_TEST(preview.at("leftOut").as_string() ==
               "Left out: 2 customers whom a campaign has texted within the last 24 hours.");
    const RawReply reply = service.create(careful(3));
    BOOST_TEST(reply.status == 200, reply.body);
    const json::object data = json_of(reply).at("data").as_object();
    BOOST_TEST(data.at("textedRecently").as_int64() == 2);
    BOOST_TEST(data.at("messagesSent").as_int64() == 1);
    BOOST_TEST(data.at("totalCustomersUploaded").as_int64() == 3);
    BOOST_TEST(data.at("csvErrorCount").as_int64() == 0);
    BOOST_TEST(data.at("csvErrors").as_array().empty());
    BOOST_TEST(sentence_of(reply) ==
               "SMS campaign sent to 1 lapsed customers! Track redemptions using code SAVE20. Left "
               "out: 2 customers whom a campaign has texted within the last 24 hours.");
    const std::string id(data.at("campaignId").as_string());
    const json::object shown = service.get_json("/api/campaigns/" + id);
    BOOST_TEST(shown.at("textedRecently").as_int64() == 2);
    BOOST_TEST(shown.at("notTextedWithinHours").as_int64() == 24);
    BOOST_TEST(service.get("/api/campaigns/" + id + "/rejected-rows.csv").body.find("Texted recently") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(if_all_were_texted_nothing_is_sent_and_the_reply_says_why)
{
    service.created(upload(2));
    const RawReply reply = service.create(careful(2));
    BOOST_TEST(reply.status == 200, reply.body);
    BOOST_TEST(sentence_of(reply) ==
               "Nothing was sent: a campaign has texted all lapsed customers (2) within the last 24 hours.");
    BOOST_TEST(json_of(reply).at("data").at("textedRecently").as_int64() == 2);
    BOOST_TEST(json_of(reply).at("data").at("messagesSent").as_int64() == 0);
    BOOST_TEST(service.twilio().counters().accepted == 2U);
}

BOOST_AUTO_TEST_CASE(only_texts_of_campaigns_within_the_hours_count)
{
    service.ask(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "a single one"}}));
    BOOST_TEST(service.created(careful(1)).at("textedRecently").as_int64() == 0);
    database.exec("update messages set claimed_at = now() - interval '25 hours'");
    BOOST_TEST(service.created(careful(1)).at("textedRecently").as_int64() == 0);
    BOOST_TEST(service.created(careful(1)).at("textedRecently").as_int64() == 1);
    BOOST_TEST(service.created(careful(1).with("notTextedWithinHours", "0")).at("textedRecently").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(what_failed_or_was_never_sent_does_not_count)
{
    service.created(upload(1).with("sendAt", tomorrow()).with("message", "later"));
    BOOST_TEST(service.previewed(careful(1)).at("targetCustomers").as_int64() == 1);
    service.created(upload(1));
    service.twilio().wait_until_quiet(); // no receipt arrives after the rows are changed
    database.exec("update messages set status = 'failed', accepted_at = null");
    BOOST_TEST(service.previewed(careful(1)).at("targetCustomers").as_int64() == 1);
    database.exec("update messages set status = 'unknown'");
    BOOST_TEST(service.previewed(careful(1)).at("targetCustomers").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(hours_that_are_no_hours_are_refused)
{
    for (const char* hours : {"-1", "1.5", "a day", "8761", "99999999999"})
        BOOST_TEST(service.create(careful().with("notTextedWithinHours", hours)).status == 422, hours);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(the_sentence_names_every_reason)
{
    service.ask(test::get_request("/api/opt-outs/+15550100001", "PUT"));
    const std::string list = lapsed_customers(3) + "Ann,+15550100000,2020-01-01\nBob,12,2020-01-01\n";
    const json::object data = service.created(CampaignUpload().file(list));
    BOOST_TEST(data.at("leftOut").as_string() ==
               "Left out: 1 customer who opted out, 1 duplicate and 1 row with errors.");
    BOOST_TEST(service.previewed(CampaignUpload().file(list)).at("leftOut").as_string() ==
               data.at("leftOut").as_string());
}

BOOST_AUTO_TEST_SUITE_END()
