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

    RawReply ask(const std::string& method, const std::string& phone)
    {
        return service.ask(test::get_request("/api/opt-outs/" + phone, method));
    }
    std::string phones(const std::string& query)
    {
        std::string list;
        const json::object page = service.get_json("/api/opt-outs" + query);
        for (const json::value& opt_out : page.at("optOuts").as_array())
            list.append(list.empty() ? "" : " ").append(opt_out.at("phone").as_string());
        return list;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(opt_out_routes, Fixture)

BOOST_AUTO_TEST_CASE(a_number_is_put_on_the_list_once_and_taken_off)
{
    BOOST_TEST(ask("GET", "+15550100000").status == 404);
    const RawReply first = ask("PUT", "(555)%20010-0000");
    BOOST_TEST(first.status == 201);
    BOOST_TEST(json_of(first).at("phone").as_string() == "+15550100000");
    BOOST_TEST(json_of(first).at("source").as_string() == "operator");
    BOOST_TEST(json_of(first).at("campaignId").is_null());
    const RawReply again = ask("PUT", "%2B15550100000");
    BOOST_TEST(again.status == 200);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(ask("GET", "+15550100000").body == first.body);
    BOOST_TEST(ask("DELETE", "5550100000").status == 204);
    BOOST_TEST(ask("DELETE", "5550100000").status == 404);
    BOOST_TEST(ask("GET", "5550100000").status == 404);
}

BOOST_AUTO_TEST_CASE(what_is_no_phone_number_is_refused)
{
    for (const char* method : {"GET", "PUT", "DELETE"}) {
        const RawReply reply = ask(method, "12345");
        BOOST_TEST(reply.status == 422, method);
        BOOST_TEST(json_of(reply).at("detail").at(0).at("loc").at(1).as_string() == "phone");
    }
    BOOST_TEST(service.get("/api/opt-outs?q=nobody").status == 422);
    BOOST_TEST(service.get("/api/opt-outs?limit=0").status == 422);
    BOOST_TEST(ask("POST", "+15550100000").status == 405);
}

BOOST_AUTO_TEST_CASE(a_number_is_found_as_it_stands_in_a_spreadsheet)
{
    BOOST_TEST(json_of(ask("PUT", "5550100000.0")).at("phone").as_string() == "+15550100000"); // never Australia's +61
    BOOST_TEST(ask("GET", "'5550100000").status == 200);
    BOOST_TEST(phones("?q=(555)%20010-0000") == "+15550100000");
    BOOST_TEST(phones("?q=%C2%A0555%E2%80%91010%E2%80%910000") == "+15550100000"); // no-break space and hyphens
    BOOST_TEST(ask("PUT", "900%20234%205678").status == 201);                      // premium-rate numbers can opt out
    const RawReply refused = ask("PUT", "555-010-00001");
    BOOST_TEST(json_of(refused).at("error").as_string() == "phone: Invalid phone number format: one digit too many");
}

BOOST_AUTO_TEST_CASE(the_list_is_paged_and_searched)
{
    for (const char* number : {"+390612345678", "+15550100000", "+15550100001"})
        BOOST_TEST(ask("PUT", number).status == 201);
    BOOST_TEST(phones("") == "+15550100000 +15550100001 +390612345678");
    const json::object page = service.get_json("/api/opt-outs?limit=2");
    BOOST_TEST(page.at("optOuts").as_array().size() == 2U);
    BOOST_TEST(phones("?limit=2&cursor=" + std::string(page.at("nextCursor").as_string())) == "+390612345678");
    BOOST_TEST(service.get_json("/api/opt-outs").at("nextCursor").is_null());
    BOOST_TEST(phones("?q=%2B1%20(555)") == "+15550100000 +15550100001");
    BOOST_TEST(phones("?q=0612") == "+390612345678");
    BOOST_TEST(phones("?q=999") == "");
}

BOOST_AUTO_TEST_CASE(who_is_on_the_list_is_not_texted)
{
    ask("PUT", "+15550100000");
    const json::object data = service.created(CampaignUpload().file(lapsed_customers(2)));
    BOOST_TEST(data.at("optedOut").as_int64() == 1);
    BOOST_TEST(data.at("messagesSent").as_int64() == 1);
    const RawReply single =
        service.ask(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "Your table is ready"}}));
    BOOST_TEST(single.status == 422);
    BOOST_TEST(json_of(single).at("error").as_string() == "to: has opted out of messages; nothing is sent");
    BOOST_TEST(database.number("select count(*) from messages where campaign_id is null") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
