#include "server/api/contract/timestamps.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::RawReply;

namespace json = boost::json;

namespace
{

struct Fixture
{
    Fixture() { test::wait_until_closed(service); }

    RawReply upload(const std::string& key, CampaignUpload upload) const
    {
        return service.ask(test::with_token(upload.request("/api/campaigns/sms"), key));
    }
    // For tomorrow, so that it can be paused.
    std::string create(const std::string& key) const
    {
        const std::string tomorrow = api::to_iso8601(std::chrono::system_clock::now() + std::chrono::hours(24));
        const RawReply reply = upload(key, CampaignUpload().with("sendAt", tomorrow).file(test::lapsed_customers(1)));
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
        return std::string(test::json_of(reply).at("data").at("campaignId").as_string());
    }
    RawReply control(const std::string& key, const std::string& campaign, const std::string& action,
                     const json::object& body = {}) const
    {
        return service.ask(
            test::with_token(test::json_request("/api/campaigns/" + campaign + "/" + action, body), key));
    }

    test::TestDatabase database;
    std::string first = test::add_key_named(database, "first", "marketer");
    std::string second = test::add_key_named(database, "second", "marketer");
    test::Service service{database};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_own_campaigns, Fixture)

BOOST_AUTO_TEST_CASE(a_marketer_controls_what_the_same_principal_has_created)
{
    const std::string campaign = create(first);
    for (const std::string action : {"pause", "resume", "cancel"}) {
        const RawReply refused = control(second, campaign, action);
        BOOST_TEST(refused.status == 403, action);
        BOOST_TEST(refused.body.find("campaigns:control") != std::string::npos, refused.body);
        BOOST_TEST(control(first, campaign, action).status == 200, action);
    }
    BOOST_TEST(control(first, "sms_1_nothing", "pause").status == 404);
}

BOOST_AUTO_TEST_CASE(an_operator_controls_every_campaign_and_a_rotated_key_its_own)
{
    const std::string campaign = create(first);
    BOOST_TEST(control(test::add_key_named(database, "ops", "operator"), campaign, "pause").status == 200);
    BOOST_TEST(control(test::add_key_named(database, "first", "marketer"), campaign, "resume").status == 200);
}

BOOST_AUTO_TEST_CASE(unknown_messages_of_others_are_not_sent_again)
{
    const std::string campaign = create(first);
    const std::string message = database.value("select min(id) from messages");
    const json::object confirm{{"confirm", 1}};
    BOOST_TEST(control(second, campaign, "resend-unknown", confirm).status == 403);
    BOOST_TEST(control(first, campaign, "resend-unknown", confirm).status == 409);
    const auto resend = [&](const std::string& key) {
        return service.ask(test::with_token(test::json_request("/api/messages/" + message + "/resend", confirm), key))
            .status;
    };
    BOOST_TEST(resend(second) == 403);
    BOOST_TEST(resend(first) == 409);
}

BOOST_AUTO_TEST_CASE(what_was_created_without_signing_in_is_no_marketers_own)
{
    const std::string campaign = create(first);
    database.exec("update campaigns set created_by = ''");
    BOOST_TEST(control(first, campaign, "pause").status == 403);
}

BOOST_AUTO_TEST_CASE(idempotency_keys_belong_to_the_principal)
{
    const auto send = [&](const std::string& key, const std::string& to) {
        return service.ask(test::with_token(
            test::json_request("/api/messages", {{"to", to}, {"body", "Hello"}}, {{"Idempotency-Key", "order-1"}}),
            key));
    };
    const RawReply made = send(first, "+15550100001");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(send(first, "+15550100002").status == 422);
    BOOST_TEST(send(second, "+15550100002").status == 201);
    BOOST_TEST(send(test::add_key_named(database, "first", "marketer"), "+15550100001").body == made.body);
    BOOST_TEST(database.number("select count(*) from messages") == 2);
}

BOOST_AUTO_TEST_CASE(the_same_thing_of_two_principals_is_not_the_same_thing_twice)
{
    const CampaignUpload same = CampaignUpload().without("confirmRepeat").file(test::lapsed_customers(1));
    BOOST_TEST(upload(first, same).status == 200);
    BOOST_TEST(upload(first, same).status == 409);
    BOOST_TEST(upload(second, same).status == 200);
    BOOST_TEST(database.value("select string_agg(created_by, ' ' order by id) from campaigns") ==
               "key:first key:second");
}

BOOST_AUTO_TEST_SUITE_END()
