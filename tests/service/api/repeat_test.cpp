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

    // As a person uploads it, who confirms nothing.
    static CampaignUpload upload() { return CampaignUpload().without("confirmRepeat").file(lapsed_customers(2)); }
    static std::string id_of(const RawReply& reply)
    {
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
        return std::string(json_of(reply).at("data").at("campaignId").as_string());
    }
    std::int64_t campaigns() const { return database.number("select count(*) from campaigns"); }
    int again() { return service.create(upload()).status; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_same_thing_twice, Fixture)

BOOST_AUTO_TEST_CASE(the_same_list_text_and_offer_are_sent_once)
{
    const std::string first = id_of(service.create(upload()));
    const RawReply second = service.create(upload().with("name", "Another name").with("maxCost", "5"));
    BOOST_TEST(second.status == 409);
    BOOST_TEST(json_of(second).at("campaignId").as_string() == first);
    BOOST_TEST(json_of(second).at("createdAt").as_string().ends_with("Z"));
    BOOST_TEST(json_of(second).at("error").as_string().find(first) != json::string::npos, second.body);
    BOOST_TEST(json_of(second).at("error").as_string().find("confirmRepeat=true") != json::string::npos);
    BOOST_TEST(campaigns() == 1);
    BOOST_TEST(service.create(upload().with("confirmRepeat", "true")).status == 200);
    BOOST_TEST(again() == 409);
}

BOOST_AUTO_TEST_CASE(another_list_text_or_offer_is_another_campaign)
{
    id_of(service.create(upload()));
    id_of(service.create(upload().file(lapsed_customers(3))));
    id_of(service.create(upload().with("message", "Hello {customer_name}")));
    id_of(service.create(upload().with("offer", "30% off")));
    BOOST_TEST(campaigns() == 4);
}

BOOST_AUTO_TEST_CASE(a_repeated_idempotency_key_gets_the_first_reply_and_a_refusal_uses_no_key)
{
    const RawReply first = service.create(upload().header("Idempotency-Key", "one"));
    BOOST_TEST(service.create(upload().header("Idempotency-Key", "one")).body == first.body);
    BOOST_TEST(service.create(upload().header("Idempotency-Key", "two")).status == 409);
    BOOST_TEST(service.create(upload().with("offer", "30% off").header("Idempotency-Key", "two")).status == 200);
}

BOOST_AUTO_TEST_CASE(what_was_canceled_accepted_by_nobody_or_is_old_may_be_sent_again)
{
    const std::string first = id_of(service.create(upload().with("holdSeconds", "60")));
    BOOST_TEST(again() == 409); // scheduled
    BOOST_TEST(service.ask(test::json_request("/api/campaigns/" + first + "/cancel", json::object())).status == 200);
    const std::string second = id_of(service.create(upload()));
    service.wait_until_final(second);
    BOOST_TEST(again() == 409); // completed
    database.exec("update campaign_counters set ever_accepted = 0");
    id_of(service.create(upload()));
    database.exec("update campaigns set created_at = now() - interval '11 minutes'");
    id_of(service.create(upload()));
}

BOOST_AUTO_TEST_SUITE_END()
