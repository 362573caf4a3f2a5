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

std::string patch(const std::string& target, const std::string& body)
{
    std::string request = test::request_with_body(target, {{"Content-Type", "application/json"}}, body);
    return request.replace(0, std::string("POST").size(), "PATCH");
}

struct Fixture
{
    TestDatabase database;
    Service service{database};

    static CampaignUpload upload()
    {
        return CampaignUpload()
            .with("sendAt", from_now(1h))
            .with("message", "{customer_name}, {dish}! {offer}")
            .file("Guest,Mobile,Last visit,Dish\nAnn,2125550101,2020-01-31,pasta\nBob,2125550102,2020-01-31,pizza\n"
                  "Cy,2125550103,2020-01-31,\n")
            .with("columns", R"({"name": "Guest", "phone": "Mobile", "lastOrderDate": "Last visit"})");
    }

    std::string scheduled(const CampaignUpload& campaign) const
    {
        return std::string(service.created(campaign).at("campaignId").as_string());
    }

    RawReply change(const std::string& id, const json::object& changes) const
    {
        return service.ask(patch("/api/campaigns/" + id, json::serialize(changes)));
    }

    std::vector<std::string> bodies() const { return database.column("select body from messages order by id"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(campaign_change, Fixture)

BOOST_AUTO_TEST_CASE(another_text_is_written_for_every_recipient)
{
    const std::string id = scheduled(upload());
    BOOST_TEST(bodies() == (std::vector<std::string>{"Ann, pasta! 20% off", "Bob, pizza! 20% off"}));
    const RawReply reply = change(id, {{"message", "Hi {customer_name}!\r\n{offer} on {dish}: {offer_code} {Mobile}"},
                                       {"offer", "Half off"},
                                       {"offerCode", "HALF"}});
    BOOST_TEST(reply.status == 200, reply.body);
    BOOST_TEST(bodies() == (std::vector<std::string>{"Hi Ann!\nHalf off on pasta: HALF 2125550101",
                                                     "Hi Bob!\nHalf off on pizza: HALF 2125550102"}));
    const json::object shown = json_of(reply).as_object();
    BOOST_TEST(shown.at("offer").as_string() == "Half off");
    BOOST_TEST(shown.at("sampleMessage").as_string() == bodies().at(0));
    BOOST_TEST(shown.at("status").as_string() == "scheduled");
    BOOST_TEST(change(id, {{"offer", std::string(200, 'x')}}).status == 200);
    BOOST_TEST(service.get_json("/api/campaigns/" + id).at("metrics").at("segments").as_int64() == 4);
}

BOOST_AUTO_TEST_CASE(an_earlier_time_starts_it_and_then_nothing_can_be_changed)
{
    const std::string id = scheduled(upload());
    BOOST_TEST(change(id, {{"sendAt", from_now(2h)}}).status == 200);
    BOOST_TEST(change(id, {{"sendAt", from_now(0s)}, {"offer", "Half off"}}).status == 200);
    const json::object done = service.wait_until_final(id);
    BOOST_TEST(done.at("metrics").at("messagesSent").as_int64() == 2);
    BOOST_TEST(bodies().at(0) == "Ann, pasta! Half off");
    const RawReply late = change(id, {{"offer", "Nothing off"}});
    BOOST_TEST(late.status == 409, late.body);
    BOOST_TEST(bodies().at(0) == "Ann, pasta! Half off");
}

BOOST_AUTO_TEST_CASE(what_is_canceled_unscheduled_or_unknown_stays_as_it_is)
{
    const std::string canceled = scheduled(upload());
    service.ask(test::json_request("/api/campaigns/" + canceled + "/cancel", json::object()));
    BOOST_TEST(change(canceled, {{"sendAt", from_now(1h)}}).status == 409);
    const std::string sent = scheduled(CampaignUpload().file(lapsed_customers(1)));
    BOOST_TEST(change(sent, {{"sendAt", from_now(1h)}}).status == 409);
    BOOST_TEST(change("sms_1_none", {{"sendAt", from_now(1h)}}).status == 404);
}

BOOST_AUTO_TEST_CASE(a_budget_is_set_changed_and_removed)
{
    const std::string id = scheduled(upload());
    for (const char* cost : {"0.0075", "3.0000"}) {
        const RawReply reply = change(id, {{"maxCost", cost}});
        BOOST_TEST(reply.status == 200, reply.body);
        BOOST_TEST(json_of(reply).at("maxCost").as_string() == cost);
        BOOST_TEST(json_of(reply).at("budgetLeft").as_string() == cost);
    }
    const RawReply none = change(id, {{"maxCost", nullptr}});
    BOOST_TEST(json_of(none).at("maxCost").is_null());
    BOOST_TEST(database.number("select count(*) from campaign_budgets") == 0);
}

BOOST_AUTO_TEST_CASE(faulty_changes_are_refused_and_change_nothing)
{
    const std::string id = scheduled(upload());
    const json::object faulty[] = {
        {},
        {{"offer", ""}},
        {{"offer", 5}},
        {{"message", "Hi {{customer_name}}"}},
        {{"message", "Hi {nickname}"}},
        {{"message", std::string(1'601, 'x')}},
        {{"sendAt", "tomorrow"}},
        {{"sendAt", nullptr}},
        {{"sendAt", from_now(-1h)}},
        {{"maxCost", "much"}},
        {{"maxCost", 5}},
        {{"quietHours", "21:00-09:00"}},
        {{"offer", "Half off"}, {"sendAt", "never"}},
        {{"offer", "Half off"}, {"message", "{customer.name}"}},
    };
    for (const json::object& changes : faulty) {
        const RawReply reply = change(id, changes);
        BOOST_TEST(reply.status == 422, json::serialize(changes) << " " << reply.body);
    }
    BOOST_TEST(service.ask(patch("/api/campaigns/" + id, "not json")).status == 400);
    BOOST_TEST(bodies().at(0) == "Ann, pasta! 20% off");
    BOOST_TEST(service.get_json("/api/campaigns/" + id).at("offer").as_string() == "20% off");
}

BOOST_AUTO_TEST_CASE(a_row_that_does_not_fit_the_new_text_is_named)
{
    const std::string id = scheduled(upload().with("message", "{customer_name}: {offer}")); // Cy has no dish
    const RawReply reply = change(id, {{"message", "{customer_name}: {dish}"}});
    BOOST_TEST(reply.status == 422);
    BOOST_TEST(json_of(reply).at("error").as_string().find("Row 3: Empty value for Dish") != json::string::npos,
               reply.body);
    BOOST_TEST(bodies().at(0) == "Ann: 20% off");
}

BOOST_AUTO_TEST_CASE(plain_characters_hold_for_the_new_text_too)
{
    const std::string id = scheduled(upload().with("plainCharacters", "true"));
    BOOST_TEST(change(id, {{"offer", "\u201C20\u00A0%\u201D"}}).status == 200);
    BOOST_TEST(bodies().at(0) == "Ann, pasta! \"20 %\"");
}

BOOST_AUTO_TEST_CASE(a_change_is_in_the_audit_log)
{
    const std::string id = scheduled(upload());
    change(id, {{"sendAt", from_now(2h)}});
    BOOST_TEST(database.number("select count(*) from audit_log where action = 'campaign.change' and object = '" + id +
                               "'") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
