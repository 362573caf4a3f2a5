#include "server/api/contract/timestamps.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

std::string from_now(std::chrono::seconds seconds)
{
    return api::to_iso8601(std::chrono::system_clock::now() + seconds);
}

struct Fixture
{
    TestDatabase database;
    Service service{database};

    static CampaignUpload upload() { return CampaignUpload().file(lapsed_customers(2)); }
    std::string error_of(const RawReply& reply) const
    {
        BOOST_TEST(reply.status == 422, reply.body);
        return std::string(json_of(reply).at("error").as_string());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sending_times, Fixture)

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_is_refused)
{
    const std::string error = error_of(service.create(upload().with("sendAt", from_now(-2min))));
    BOOST_TEST(error.find("has passed") != std::string::npos, error);
    BOOST_TEST(service.preview(upload().with("sendAt", from_now(-2min))).status == 422);
    const json::object single{{"to", "+15550100000"}, {"body", "x"}, {"sendAt", from_now(-2min)}};
    BOOST_TEST(service.ask(test::json_request("/api/messages", single)).status == 422);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
    BOOST_TEST(service.create(upload().with("sendAt", from_now(-30s))).status == 200); // a clock that is a little fast
}

BOOST_AUTO_TEST_CASE(abbreviations_of_zones_are_refused_with_the_zone_to_use)
{
    for (const auto& [zone, instead] : std::map<std::string, std::string>{{"EST", "America/New_York"},
                                                                          {"PST8PDT", "America/Los_Angeles"},
                                                                          {"CET", "Europe/Paris"},
                                                                          {"posix/Europe/Rome", "Europe/Rome"}}) {
        const std::string error =
            error_of(service.create(upload().with("quietHours", "21:00-09:00").with("timeZone", zone)));
        BOOST_TEST(error.find(zone) != std::string::npos, error);
        BOOST_TEST(error.find(instead) != std::string::npos, error);
    }
    BOOST_TEST(service.create(upload().with("quietHours", "00:00-00:01").with("timeZone", "UTC")).status == 200);
}

BOOST_AUTO_TEST_CASE(a_held_campaign_is_scheduled_and_can_be_canceled_before_anything_is_sent)
{
    const json::object data = service.created(upload().with("holdSeconds", "60"));
    BOOST_TEST(data.at("status").as_string() == "scheduled");
    BOOST_TEST(data.at("messagesSent").as_int64() == 0);
    const std::string id(data.at("campaignId").as_string());
    BOOST_TEST(service.ask(test::json_request("/api/campaigns/" + id + "/cancel", json::object())).status == 200);
    const json::object metrics = service.wait_until_final(id).at("metrics").as_object();
    BOOST_TEST(metrics.at("canceled").as_int64() == 2);
    BOOST_TEST(service.twilio().counters().accepted == 0U);
    for (const char* hold : {"61", "-1", "soon"})
        BOOST_TEST(service.create(upload().with("holdSeconds", hold)).status == 422, hold);
}

BOOST_AUTO_TEST_CASE(a_short_hold_ends_and_the_campaign_goes_out)
{
    const json::object data = service.created(upload().with("holdSeconds", "1"));
    BOOST_TEST(data.at("status").as_string() == "scheduled");
    const std::string id(data.at("campaignId").as_string());
    BOOST_TEST(service.wait_until_final(id).at("metrics").at("messagesSent").as_int64() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
