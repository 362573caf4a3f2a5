#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

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

// Twilio cuts every connection without having accepted the message, which Waybill cannot know.
ServiceOptions cutting()
{
    ServiceOptions options;
    options.simulation.cut_before_share = 1;
    return options;
}

struct Fixture
{
    Fixture()
    {
        const json::object data = service.created(CampaignUpload().file(lapsed_customers(3)));
        id = data.at("campaignId").as_string().c_str();
        BOOST_REQUIRE_EQUAL(data.at("messagesUnknown").as_int64(), 3);
    }

    RawReply resend(const std::string& body) const { return post("/api/campaigns/" + id + "/resend-unknown", body); }
    RawReply resend_message(const std::string& message, const std::string& body) const
    {
        return post("/api/messages/" + message + "/resend", body);
    }
    RawReply post(const std::string& target, const std::string& body) const
    {
        return service.ask(test::request_with_body(target, {{"Content-Type", "application/json"}}, body));
    }
    void let_twilio_answer()
    {
        const std::string origin = service.twilio().origin();
        test::RawHttp twilio(static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1))));
        const std::string form = "cut-before-share=0";
        const RawReply reply = twilio.ask(test::request_with_body(
            "/simulator/settings", {{"Content-Type", "application/x-www-form-urlencoded"}}, form));
        BOOST_REQUIRE_EQUAL(reply.status, 204);
    }

    TestDatabase database;
    Service service{database, cutting()};
    std::string id;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(resend, Fixture)

BOOST_AUTO_TEST_CASE(unknown_messages_are_sent_again_once_their_number_is_confirmed)
{
    for (const char* unconfirmed : {"", "{}", R"({"confirm": 2})", R"({"confirm": "3"})", R"({"confirm": 3.5})"}) {
        const RawReply reply = resend(unconfirmed);
        BOOST_TEST(reply.status == 409, unconfirmed);
        const json::value body = json_of(reply);
        BOOST_TEST(body.at("unknown").as_int64() == 3);
        BOOST_TEST(body.at("error").as_string().starts_with("3 messages are unknown"));
    }
    BOOST_TEST(resend("3").status == 400);
    let_twilio_answer();
    const RawReply reply = resend(R"({"confirm": 3})");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(json_of(reply).at("resent").as_int64() == 3);
    const json::object shown = service.wait_until_final(id);
    BOOST_TEST(shown.at("metrics").at("delivered").as_int64() == 3);
    test::wait_until("the campaign is completed",
                     [&] { return service.status(id).at("status").as_string() == "completed"; });
    BOOST_TEST(service.twilio().counters().accepted == 3U);
    BOOST_TEST(json_of(resend("")).at("unknown").as_int64() == 0);
    BOOST_TEST(database.counter_faults() == "");
    database.wait_until_outbox_is_empty();
}

BOOST_AUTO_TEST_CASE(one_unknown_message_is_sent_again_by_itself)
{
    let_twilio_answer();
    const std::string message(service.messages(id).at(1).at("id").as_string());
    const RawReply unconfirmed = resend_message(message, "");
    BOOST_TEST(unconfirmed.status == 409);
    BOOST_TEST(json_of(unconfirmed).at("unknown").as_int64() == 1);
    BOOST_TEST(resend_message(message, R"({"confirm": 1})").status == 200);
    test::wait_until("it is delivered",
                     [&] { return service.messages(id).at(1).at("status").as_string() == "delivered"; });
    const RawReply again = resend_message(message, R"({"confirm": 1})");
    BOOST_TEST(again.status == 409);
    BOOST_TEST(json_of(again).at("error").as_string() ==
               "Only an unknown message can be sent again; this one is delivered");
    for (const char* nobody : {"4711", "nobody"})
        BOOST_TEST(resend_message(nobody, R"({"confirm": 1})").status == 404, nobody);
    BOOST_TEST(service.twilio().counters().accepted == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
