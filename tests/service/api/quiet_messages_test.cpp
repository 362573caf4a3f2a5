#include "server/api/contract/timestamps.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using test::CampaignUpload;
using test::json_of;
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

    // Quiet from two hours ago to two hours from now, by the clock of that zone.
    std::string around_now(const std::string& zone) const
    {
        return database.value("select to_char(now() at time zone '" + zone +
                              "' - interval '2 hours', 'HH24:MI') || '-' || to_char(now() at time zone '" + zone +
                              "' + interval '2 hours', 'HH24:MI')");
    }

    RawReply send(json::object message) const
    {
        message.emplace("body", "Hello");
        return service.ask(test::json_request("/api/messages", message));
    }

    static CampaignUpload to_both_coasts()
    {
        return CampaignUpload().file("customer_name,phone_number,last_order_date\n"
                                     "Ann,2125550101,2020-01-31\nBob,8085550102,2020-01-31\n");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(quiet_messages, Fixture)

BOOST_AUTO_TEST_CASE(a_single_message_waits_for_the_end_of_the_recipients_quiet_hours)
{
    const std::string hours = around_now("America/New_York");
    const RawReply quiet = send({{"to", "+12125550101"}, {"quietHours", hours}});
    BOOST_TEST(quiet.status == 201, quiet.body);
    const auto until = api::parse_iso8601(std::string(json_of(quiet).at("sendAt").as_string())).value();
    const auto wait = until - std::chrono::system_clock::now();
    BOOST_TEST((wait > 118min && wait <= 120min), quiet.body);
    const RawReply awake = send({{"to", "+18085550101"}, {"quietHours", hours}}); // five or six hours away
    BOOST_TEST(awake.status == 201, awake.body);
    BOOST_TEST(json_of(awake).at("sendAt").is_null(), awake.body);
    const std::string id(json_of(quiet).at("id").as_string());
    BOOST_TEST(service.get_json("/api/messages/" + id).at("sendAt").is_string());
}

BOOST_AUTO_TEST_CASE(a_named_zone_counts_instead_of_the_number)
{
    const std::string hours = around_now("America/New_York");
    const RawReply reply = send({{"to", "+12125550101"}, {"quietHours", hours}, {"timeZone", "Pacific/Honolulu"}});
    BOOST_TEST(reply.status == 201);
    BOOST_TEST(json_of(reply).at("sendAt").is_null(), reply.body);
}

BOOST_AUTO_TEST_CASE(faulty_quiet_hours_of_a_single_message_are_refused)
{
    const json::object faulty[] = {
        {{"to", "+12125550101"}, {"quietHours", "9-21"}},
        {{"to", "+12125550101"}, {"quietHours", "21:00-21:00"}},
        {{"to", "+12125550101"}, {"quietHours", "25:00-09:00"}},
        {{"to", "+12125550101"}, {"quietHours", 9}},
        {{"to", "+12125550101"}, {"timeZone", "Europe/Rome"}},
        {{"to", "+12125550101"}, {"quietHours", "21:00-09:00"}, {"timeZone", "EST"}},
        {{"to", "+12125550101"}, {"quietHours", "21:00-09:00"}, {"timeZone", "Mars/Olympus"}},
        {{"to", "+18005550100"}, {"quietHours", "14:00-13:00"}}, // an hour that no moment has in all American zones
    };
    for (const json::object& message : faulty)
        BOOST_TEST(send(message).status == 422, message);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(a_campaign_goes_out_where_it_is_day_and_waits_where_it_is_night)
{
    const std::string hours = around_now("America/New_York");
    const json::object data = service.created(to_both_coasts().with("quietHours", hours));
    BOOST_TEST(data.at("messagesSent").as_int64() == 1);
    BOOST_TEST(data.at("status").as_string() == "sending");
    const std::string id(data.at("campaignId").as_string());
    const json::object shown = service.get_json("/api/campaigns/" + id);
    BOOST_TEST(shown.at("quietHours").at("timeZone").is_null());
    BOOST_TEST(shown.at("pauseReason").as_string().find("in the recipients' time zones") != json::string::npos);
    BOOST_TEST(database.value("select recipient from messages where status = 'pending'") == "+12125550101");
    // The morning comes.
    database.exec("update campaigns set quiet_from = quiet_from + interval '6 hours', quiet_until = quiet_until + "
                  "interval '6 hours'");
    BOOST_TEST(service.wait_until_final(id).at("metrics").at("messagesSent").as_int64() == 2);
}

BOOST_AUTO_TEST_CASE(rows_that_no_time_of_the_day_suits_are_rejected_with_the_reason)
{
    CampaignUpload upload;
    upload.with("quietHours", "14:00-13:00");
    upload.file("customer_name,phone_number,last_order_date\nAnn,8005550101,2020-01-31\nBob,2125550102,2020-01-31\n");
    const json::object data = service.created(upload.with("sendAt", tomorrow()));
    BOOST_TEST(data.at("lapsedCustomersFound").as_int64() == 1);
    BOOST_TEST(data.at("csvErrors").at(0).at("message").as_string() == "Always in quiet hours");
}

BOOST_AUTO_TEST_SUITE_END()
