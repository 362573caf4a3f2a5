#include "server/api/contract/masking.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill;
namespace json = boost::json;

namespace
{

std::string masked(const std::string& text)
{
    json::value value = json::parse(text);
    api::mask_people(value);
    return json::serialize(value);
}

std::string reversed(std::string_view text)
{
    return {text.rbegin(), text.rend()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(api_masking)

BOOST_AUTO_TEST_CASE(names_and_numbers_are_masked_and_texts_removed)
{
    BOOST_TEST(masked(R"({"to":"+15550100000","name":"Ana Maria","body":"Hi Ana","status":"sent"})") ==
               R"({"to":"+155********","name":"A***","body":null,"status":"sent"})");
    BOOST_TEST(masked(R"({"replies":[{"from":"+15550100000","body":"STOP"}]})") ==
               R"({"replies":[{"from":"+155********","body":null}]})");
    BOOST_TEST(masked(R"({"phone":"+4479","name":"n"})") == R"({"phone":"+****","name":"n"})");
    BOOST_TEST(masked(R"({"to":null,"name":"Ärger"})") == R"({"to":null,"name":"***"})");
}

BOOST_AUTO_TEST_CASE(campaigns_keep_their_names_and_replies_their_data)
{
    BOOST_TEST(masked(R"({"name":"Autumn","sampleMessage":"Hi Ana"})") == R"({"name":"Autumn","sampleMessage":null})");
    BOOST_TEST(masked(R"({"success":true,"data":{"segments":3,"csvErrors":[{"row":1,"data":{"phone":"1"}}]}})") ==
               R"({"success":true,"data":{"segments":3,"csvErrors":[{"row":1,"data":null}]}})");
}

BOOST_AUTO_TEST_CASE(what_is_not_masked_is_written_as_in_other_replies)
{
    const std::string_view plain = R"({"rate":2.65,"seconds":[0.001,1e+30,-3],"id":18446744073709551615,"none":{},)"
                                   R"("text":"a \"b\"\n\u0001 é","list":[],"yes":true,"null":null})";
    http::Response response = http::json_response(200, std::string(plain));
    api::mask_people(response, reversed);
    BOOST_TEST(response.body == plain);
    BOOST_TEST(api::masked_event("data: first\ndata: {\"rate\":2.65}\n\n") == "data: first\ndata: {\"rate\":2.65}\n\n");
}

BOOST_AUTO_TEST_CASE(events_of_a_stream_are_masked_in_place)
{
    BOOST_TEST(api::masked_event("event: campaign\nid: 3\ndata: {\"sampleMessage\":\"Hi Ana\",\"total\":1}\n\n") ==
               "event: campaign\nid: 3\ndata: {\"sampleMessage\":null,\"total\":1}\n\n");
    BOOST_TEST(api::masked_event(": ping\n\n") == ": ping\n\n");
}

BOOST_AUTO_TEST_CASE(cursors_are_sealed_on_their_way_out_and_read_on_their_way_in)
{
    http::Response response = http::json_response(200, R"({"optOuts":[],"nextCursor":"15550100000"})");
    api::mask_people(response, reversed);
    BOOST_TEST(response.body == R"({"optOuts":[],"nextCursor":"00000105551"})");
    const auto unseal = [](const std::string& text) -> std::optional<std::string> {
        if (text == "bad") return std::nullopt;
        return reversed(text);
    };
    const struct
    {
        std::string target, read;
        bool is_ours;
    } cases[] = {{"/a", "/a", true},
                 {"/a?cursor=123", "/a?cursor=321", true},
                 {"/a?limit=1&cursor=123&x=cursor=9", "/a?limit=1&cursor=321&x=cursor=9", true},
                 {"/a?xcursor=123", "/a?xcursor=123", true},
                 {"/a?cursor=", "/a?cursor=", true},
                 {"/a?%63ursor=123", "/a?%63ursor=123", false},
                 {"/a?cursor=bad", "/a?cursor=bad", false}};
    for (const auto& each : cases) {
        http::Request request;
        request.target = each.target;
        BOOST_TEST(api::unseal_cursor(request, unseal) == each.is_ours);
        BOOST_TEST(request.target == each.read);
    }
}

BOOST_AUTO_TEST_SUITE_END()
