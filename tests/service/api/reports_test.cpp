#include "server/api/contract/report.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

// The overview's names and the view's.
const std::vector<std::pair<const char*, const char*>> figures{
    {"campaigns", "campaigns"},     {"messages", "messages"},
    {"pending", "pending"},         {"accepted", "accepted"},
    {"queued", "queued"},           {"sent", "sent"},
    {"delivered", "delivered"},     {"failed", "failed"},
    {"undelivered", "undelivered"}, {"unknown", "unknown"},
    {"canceled", "canceled"},       {"replies", "replies"},
    {"optOuts", "opt_outs"},        {"simulatedCampaigns", "simulated_campaigns"}};

const std::vector<std::pair<const char*, const char*>> metrics_of_the_view{{"total", "messages"},
                                                                           {"messagesSent", "accepted"},
                                                                           {"accepted", "accepted"},
                                                                           {"queued", "queued"},
                                                                           {"sent", "sent"},
                                                                           {"delivered", "delivered"},
                                                                           {"read", "read"},
                                                                           {"undelivered", "undelivered"},
                                                                           {"failed", "failed"},
                                                                           {"unknown", "unknown"},
                                                                           {"canceled", "canceled"},
                                                                           {"segments", "segments"},
                                                                           {"messagesPending", "pending + sending"}};

std::string today()
{
    return api::to_date(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

struct Fixture
{
    TestDatabase database;
    Service service{database};
    std::string campaign;

    // Three who can be reached, one that Twilio refuses; and a single message.
    void send()
    {
        const json::object data =
            service.created(CampaignUpload().file(lapsed_customers(3) + "Bad,+15005550001,2020-01-31\n"));
        campaign = std::string(data.at("campaignId").as_string());
        service.wait_until_final(campaign);
        const json::object single{{"to", "+15550109999"}, {"body", "Your table is booked."}};
        BOOST_REQUIRE_EQUAL(service.ask(test::json_request("/api/messages", single)).status, 201);
        service.twilio().wait_until_quiet();
        test::wait_until("all is over", [this] {
            return database.number("select count(*) from messages where not is_final(status)") == 0;
        });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reports, Fixture)

BOOST_AUTO_TEST_CASE(the_overview_the_view_and_the_rows_tell_the_same)
{
    send();
    const json::object overview = service.get_json("/api/reports/overview");
    const json::object& totals = overview.at("totals").as_object();
    BOOST_TEST(totals.at("campaigns").as_int64() == 1);
    for (const char* status : {"delivered", "failed", "undelivered", "unknown", "canceled", "sent"})
        BOOST_TEST(totals.at(status).as_int64() ==
                       database.number(std::string("select count(*) from messages where status = '") + status + "'"),
                   status);
    BOOST_TEST(totals.at("messages").as_int64() == database.number("select count(*) from messages"));
    BOOST_TEST(totals.at("accepted").as_int64() == database.number("select count(accepted_at) from messages"));
    BOOST_TEST(totals.at("deliveryRate").as_string() == "100%");
    BOOST_TEST(std::string(totals.at("cost").as_string()) == database.value("select sum(cost) from report.messages"));
    for (const auto& [name, column] : figures)
        BOOST_TEST(totals.at(name).as_int64() ==
                       database.number(std::string("select sum(") + column + ") from report.days"),
                   name);
    BOOST_TEST(overview.at("errors").at(0).at("code").as_int64() == 21211);
    BOOST_TEST(overview.at("errors").at(0).at("count").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(the_status_of_a_campaign_is_what_its_view_tells)
{
    send();
    const json::object status = service.status(campaign);
    const json::object& metrics = status.at("metrics").as_object();
    const auto reported = [this](const std::string& column) {
        return database.value("select " + column + " from report.campaigns where campaign_id = '" + campaign + "'");
    };
    for (const auto& [name, column] : metrics_of_the_view)
        BOOST_TEST(std::to_string(metrics.at(name).as_int64()) == reported(column), name);
    for (const auto& [name, column] : {std::pair{"totalCost", "cost"}, {"estimatedCost", "estimated_cost"}})
        BOOST_TEST(std::string(metrics.at(name).as_string()) == reported(column), name);
    BOOST_TEST(std::to_string(status.at("completeness").at("byReceipt").as_int64()) == reported("final_by_receipt"));
    BOOST_TEST(std::to_string(status.at("engagement").at("replies").as_int64()) == reported("replies"));
    BOOST_TEST(reported("messages") ==
               database.value("select count(*) from report.messages where campaign_id is not null"));
    BOOST_TEST(reported("cost") ==
               database.value("select sum(cost) from report.messages where campaign_id is not null"));
}

BOOST_AUTO_TEST_CASE(an_overview_has_every_day_of_its_period)
{
    send();
    const json::object month = service.get_json("/api/reports/overview");
    BOOST_TEST(month.at("days").as_array().size() == 30U);
    BOOST_TEST(month.at("to").as_string() == today());
    const json::object& last = month.at("days").as_array().back().as_object();
    BOOST_TEST(last.at("day").as_string() == today());
    BOOST_TEST(last.at("messages").as_int64() == 5);
    const json::object past = service.get_json("/api/reports/overview?from=2026-01-01&to=2026-02-28");
    BOOST_TEST(past.at("days").as_array().size() == 59U);
    BOOST_TEST(past.at("totals").at("messages").as_int64() == 0);
    BOOST_TEST(past.at("totals").at("cost").as_string() == "0.0000");
}

BOOST_AUTO_TEST_CASE(days_are_those_of_the_zone_that_is_asked_for)
{
    send();
    const json::object utc = service.get_json("/api/reports/overview");
    for (const char* zone : {"Pacific/Kiritimati", "America/New_York", "Asia/Kathmandu"}) {
        const json::object month = service.get_json(std::string("/api/reports/overview?timeZone=") + zone);
        BOOST_TEST(month.at("timeZone").as_string() == zone);
        BOOST_TEST(month.at("days").as_array().size() == 30U);
        BOOST_TEST(month.at("totals").as_object() == utc.at("totals").as_object());
        BOOST_TEST(month.at("errors").as_array() == utc.at("errors").as_array());
    }
    for (const char* zone : {"Mars/Base", "EST5EDT4,M3", "%27"})
        BOOST_TEST(service.get(std::string("/api/reports/overview?timeZone=") + zone).status == 422, zone);
}

BOOST_AUTO_TEST_CASE(what_is_no_period_is_refused_with_the_reason)
{
    for (const char* query : {"from=yesterday", "to=2026-02-30", "from=2026-03-02&to=2026-03-01",
                              "from=2025-01-01&to=2026-03-01", "from=0001-01-01", "to=0001-01-15&from=9999-01-01"})
        BOOST_TEST(service.get(std::string("/api/reports/overview?") + query).status == 422, query);
    BOOST_TEST(service.get("/api/reports/overview?to=0001-01-15").status == 200);
    BOOST_TEST(service.get("/api/reports/overview?from=2025-03-01&to=2026-03-01").status == 200);
}

BOOST_AUTO_TEST_CASE(a_timeline_tells_what_came_of_each_message)
{
    send();
    const json::object timeline = service.get_json("/api/campaigns/" + campaign + "/timeline");
    std::int64_t accepted = 0, delivered = 0, failed = 0, lag = 0;
    for (const json::value& point : timeline.at("points").as_array()) {
        accepted += point.at("accepted").as_int64();
        delivered += point.at("delivered").as_int64();
        failed += point.at("failed").as_int64();
        BOOST_TEST(std::string(point.at("at").as_string()).ends_with("Z"));
    }
    for (const json::value& bucket : timeline.at("lag").as_array())
        lag += bucket.at("count").as_int64();
    BOOST_TEST(accepted == 3);
    BOOST_TEST(delivered == 3);
    BOOST_TEST(failed == 1);
    BOOST_TEST(lag == 3);
    BOOST_TEST(timeline.at("bucketSeconds").as_int64() == 1);
    BOOST_TEST(!timeline.at("estimated").as_bool());
    BOOST_TEST(service.get("/api/campaigns/sms_1_nobody/timeline").status == 404);
}

BOOST_AUTO_TEST_CASE(a_single_message_costs_what_a_segment_did_when_it_was_made)
{
    send();
    database.exec("update messages set price_per_segment = 123 where campaign_id is null");
    const std::string id = database.value("select id from messages where campaign_id is null");
    BOOST_TEST(service.get_json("/api/messages/" + id).at("cost").as_string() == "0.0123");
    BOOST_TEST(database.value("select cost from report.messages where message_id = " + id) == "0.0123");
    BOOST_TEST(database.value("select sum(cost) from single_rows where status = 'delivered'") == "123");
}

BOOST_AUTO_TEST_CASE(every_error_code_has_a_meaning_and_says_what_to_do)
{
    const json::object codes = service.get_json("/api/errors");
    BOOST_TEST(codes.at("errors").as_array().size() > 20U);
    for (const json::value& error : codes.at("errors").as_array()) {
        BOOST_TEST(!error.at("meaning").as_string().empty());
        BOOST_TEST(!error.at("advice").as_string().empty());
        BOOST_TEST(!error.at("concerns").as_string().empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
