#include "server/http/refusal.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::http;

BOOST_AUTO_TEST_SUITE(http_refusal)

BOOST_AUTO_TEST_CASE(a_sentence_is_both_error_and_detail)
{
    const Response response = Refusal(404, "Campaign not found").response();
    BOOST_TEST(response.status == 404);
    BOOST_TEST(response.body == R"({"error":"Campaign not found","detail":"Campaign not found"})");
    BOOST_TEST(response.headers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(faulty_fields_are_listed_in_the_detail)
{
    const std::vector<FieldFault> faults = {{"body", "offer", "Field required", "missing"},
                                            {"query", "limit", "must be a number", "int_parsing"}};
    const Response response = Refusal(faults).response();
    BOOST_TEST(response.status == 422);
    BOOST_TEST(response.body == R"({"error":"offer: Field required; limit: must be a number",)"
                                R"("detail":[{"loc":["body","offer"],"msg":"Field required","type":"missing"},)"
                                R"({"loc":["query","limit"],"msg":"must be a number","type":"int_parsing"}]})");
}

BOOST_AUTO_TEST_CASE(members_stand_behind_the_detail)
{
    const Refusal refusal = Refusal(409, "Confirm").with_members(R"({"unknown":3})");
    BOOST_TEST(refusal.response().body == R"({"error":"Confirm","detail":"Confirm","unknown":3})");
    BOOST_TEST(Refusal(409, "No").with_members("{}").response().body == R"({"error":"No","detail":"No"})");
}

BOOST_AUTO_TEST_CASE(a_503_says_when_to_try_again)
{
    const Response response = unavailable("Come back", 7).response();
    BOOST_TEST(response.status == 503);
    BOOST_TEST((response.headers.back() == Header{"Retry-After", "7"}));
}

BOOST_AUTO_TEST_SUITE_END()
