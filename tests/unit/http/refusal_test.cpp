#include "server/http/refusal.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::http;

BOOST_AUTO_TEST_SUITE(http_refusal)

BOOST_AUTO_TEST_CASE(a_sentence_is_both_error_and_detail)
{
    const Response response = Refusal(404, "Campaign not found").response();
    BOOST_TEST(response.status == 404);
    BOOST_TEST(response.body == R"({"error":"Campaign not found","detail":"Campaign not found","code":"not_found"})");
    BOOST_TEST(response.headers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(faulty_fields_are_listed_in_the_detail)
{
    const std::vector<FieldFault> faults = {{"body", "offer", "Field required", "missing"},
                                            {"query", "limit", "must be a number", "int_parsing"}};
    const Response response = Refusal(faults).response();
    BOOST_TEST(response.status == 422);
    BOOST_TEST(response.body ==
               R"({"error":"offer: Field required; limit: must be a number",)"
               R"("detail":[{"loc":["body","offer"],"msg":"Field required","type":"missing"},)"
               R"({"loc":["query","limit"],"msg":"must be a number","type":"int_parsing"}],"code":"invalid_fields"})");
}

BOOST_AUTO_TEST_CASE(the_code_is_that_of_the_status_or_that_of_all_faults_unless_the_refusal_has_its_own)
{
    const auto code_of = [](const Refusal& refusal) {
        const std::string body = refusal.response().body;
        const std::size_t begin = body.find(R"("code":")") + 8;
        return body.substr(begin, body.find('"', begin) - begin);
    };
    FieldFault number{"body", "to", "Invalid phone number format", "value_error"};
    number.code = "invalid_phone_number";
    const FieldFault missing{"body", "body", "Field required", "missing"};
    BOOST_TEST(code_of(Refusal(409, "No")) == "conflict");
    BOOST_TEST(code_of(Refusal(missing)) == "missing_fields");
    BOOST_TEST(code_of(Refusal(number)) == "invalid_phone_number");
    BOOST_TEST(code_of(Refusal({number, missing})) == "invalid_fields");
    BOOST_TEST(code_of(Refusal(409, "No").with_code("sent_already")) == "sent_already");
}

BOOST_AUTO_TEST_CASE(members_stand_behind_the_detail)
{
    const Refusal refusal = Refusal(409, "Confirm").with_members(R"({"unknown":3})");
    BOOST_TEST(refusal.response().body == R"({"error":"Confirm","detail":"Confirm","code":"conflict","unknown":3})");
    BOOST_TEST(Refusal(409, "No").with_members("{}").response().body ==
               R"({"error":"No","detail":"No","code":"conflict"})");
}

BOOST_AUTO_TEST_CASE(a_503_says_when_to_try_again)
{
    const Response response = unavailable("Come back", 7).response();
    BOOST_TEST(response.status == 503);
    BOOST_TEST((response.headers.back() == Header{"Retry-After", "7"}));
}

BOOST_AUTO_TEST_SUITE_END()
