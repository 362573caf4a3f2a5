#include "tests/support/polling.hpp"
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

struct Fixture
{
    TestDatabase database;
    Service service{database};

    static CampaignUpload upload()
    {
        return CampaignUpload()
            .with("to", "(212) 555-0199")
            .with("message", "Hi {customer_name}")
            .file(lapsed_customers(3));
    }

    RawReply try_out(const CampaignUpload& campaign) const
    {
        return service.ask(campaign.request("/api/campaigns/sms/test"));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(test_messages, Fixture)

BOOST_AUTO_TEST_CASE(the_first_recipients_message_goes_to_the_number_and_is_marked)
{
    const std::string sample(service.previewed(upload().without("to")).at("sampleMessage").as_string());
    const RawReply reply = try_out(upload());
    BOOST_TEST(reply.status == 201, reply.body);
    const json::object sent = json_of(reply).as_object();
    BOOST_TEST(sent.at("success").as_bool());
    BOOST_TEST(sent.at("test").as_bool());
    BOOST_TEST(sent.at("to").as_string() == "+12125550199");
    BOOST_TEST(sent.at("body").as_string() == sample);
    const std::string id(sent.at("id").as_string());
    json::object shown;
    test::wait_until("it is delivered", [&] {
        shown = service.get_json("/api/messages/" + id);
        return shown.at("status").as_string() == "delivered";
    });
    BOOST_TEST(shown.at("test").as_bool());
    BOOST_TEST(shown.at("campaignId").is_null());
    BOOST_TEST(service.get_json("/api/campaigns").at("campaigns").as_array().empty());
    BOOST_TEST(database.number("select count(*) from messages") == 1);
}

BOOST_AUTO_TEST_CASE(a_test_neither_blocks_the_campaign_nor_counts_as_texted)
{
    BOOST_TEST(try_out(upload().with("to", "+15550100000")).status == 201);
    const json::object data =
        service.created(upload().without("confirmRepeat").without("to").with("notTextedWithinHours", "24"));
    BOOST_TEST(data.at("messagesSent").as_int64() == 3);
    BOOST_TEST(data.at("textedRecently").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(ten_an_hour_are_enough)
{
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(try_out(upload()).status == 201);
    const RawReply refused = try_out(upload());
    BOOST_TEST(refused.status == 429, refused.body);
    BOOST_TEST(refused.head.find("Retry-After: ") != std::string::npos);
    BOOST_TEST(database.number("select count(*) from messages") == 10);
    database.exec("update test_messages set created_at = created_at - interval '61 minutes' where message_id = "
                  "(select min(message_id) from test_messages)");
    BOOST_TEST(try_out(upload()).status == 201);
    database.exec("update test_messages set principal = 'someone else'");
    BOOST_TEST(try_out(upload()).status == 201);
}

BOOST_AUTO_TEST_CASE(faulty_tests_are_refused_and_send_nothing)
{
    BOOST_TEST(try_out(upload().without("to")).status == 422);
    BOOST_TEST(try_out(upload().with("to", "12")).status == 422);
    BOOST_TEST(try_out(upload().with("message", "Hi {{customer_name}}")).status == 422);
    BOOST_TEST(try_out(upload().with("message", "Hi {nickname}")).status == 422);
    BOOST_TEST(try_out(upload().without("offer")).status == 422);
    BOOST_TEST(try_out(CampaignUpload().with("to", "+12125550199")).status == 422); // no list
    BOOST_TEST(
        try_out(upload().file("customer_name,phone_number,last_order_date\nAnn,2125550101,2099-01-31\n")).status ==
        422);
    service.ask(test::get_request("/api/opt-outs/+12125550199", "PUT"));
    BOOST_TEST(try_out(upload()).status == 422);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
    BOOST_TEST(database.number("select count(*) from test_messages") == 0);
}

BOOST_AUTO_TEST_CASE(quiet_hours_and_schedules_do_not_hold_a_test_back)
{
    const RawReply reply =
        try_out(upload().with("quietHours", "00:00-23:59").with("timeZone", "UTC").with("holdSeconds", "60"));
    BOOST_TEST(reply.status == 201, reply.body);
    test::wait_until("it has left", [&] { return service.twilio().counters().accepted == 1U; });
}

BOOST_AUTO_TEST_SUITE_END()
