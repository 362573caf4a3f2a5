#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace
{

CampaignUpload keyed(const std::string& key, int customers = 2)
{
    return CampaignUpload().header("Idempotency-Key", key).file(lapsed_customers(customers));
}

} // namespace

BOOST_AUTO_TEST_SUITE(idempotency)

BOOST_AUTO_TEST_CASE(an_equal_request_gets_the_first_reply_again)
{
    TestDatabase database;
    Service service(database);
    const RawReply first = service.create(keyed("monday"));
    service.wait_until_final(std::string(json_of(first).at("data").at("campaignId").as_string()));
    const RawReply again = service.create(keyed("monday"));
    BOOST_TEST(first.status == 200);
    BOOST_TEST(again.status == 200);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(database.number("select count(*) from campaigns") == 1);
    BOOST_TEST(service.twilio().counters().accepted == 2U);
}

BOOST_AUTO_TEST_CASE(another_request_with_the_same_key_is_refused)
{
    TestDatabase database;
    Service service(database);
    BOOST_TEST(service.create(keyed("monday")).status == 200);
    for (const CampaignUpload& other : {keyed("monday", 3), keyed("monday").with("offer", "30% off")}) {
        const RawReply reply = service.create(other);
        BOOST_TEST(reply.status == 422);
        BOOST_TEST(json_of(reply).at("detail").at(0).at("loc").at(1).as_string() == "Idempotency-Key");
    }
    BOOST_TEST(service.create(keyed("tuesday")).status == 200);
    BOOST_TEST(database.number("select count(*) from campaigns") == 2);
}

BOOST_AUTO_TEST_CASE(equal_requests_at_the_same_time_make_one_campaign)
{
    TestDatabase database;
    Service service(database);
    std::vector<std::future<RawReply>> replies;
    for (int i = 0; i < 4; ++i)
        replies.push_back(std::async(std::launch::async, [&] { return service.create(keyed("now", 50)); }));
    std::set<std::string> ids;
    for (auto& pending : replies) {
        const RawReply reply = pending.get();
        BOOST_REQUIRE_EQUAL(reply.status, 200);
        ids.insert(std::string(json_of(reply).at("data").at("campaignId").as_string()));
    }
    BOOST_TEST(ids.size() == 1U);
    service.wait_until_final(*ids.begin());
    BOOST_TEST(database.number("select count(*) from campaigns") == 1);
    BOOST_TEST(service.twilio().counters().accepted == 50U);
}

BOOST_AUTO_TEST_CASE(a_request_that_stored_nothing_does_not_use_its_key_up)
{
    TestDatabase database;
    Service service(database);
    const RawReply refused = service.create(keyed("monday").file("customer_name,phone_number,last_order_date\n"));
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(service.create(keyed("monday")).status == 200);
}

BOOST_AUTO_TEST_CASE(a_reply_that_was_not_waited_for_is_repeated_as_such)
{
    TestDatabase database;
    Service service(database);
    const auto upload = keyed("monday").header("Prefer", "respond-async");
    const RawReply first = service.create(upload);
    const RawReply again = service.create(upload);
    BOOST_TEST(first.status == 202);
    BOOST_TEST(again.status == 202);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(again.field("Location") == first.field("Location"));
}

BOOST_AUTO_TEST_CASE(a_key_that_cannot_be_kept_is_refused)
{
    TestDatabase database;
    Service service(database);
    for (const std::string& key : {std::string(256, 'k'), std::string("\xFF\xFE")}) {
        const RawReply reply = service.create(keyed(key));
        BOOST_TEST(reply.status == 422);
        BOOST_TEST(json_of(reply).at("detail").at(0).at("loc").at(0).as_string() == "header");
    }
}

BOOST_AUTO_TEST_SUITE_END()
