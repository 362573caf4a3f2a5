#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

constexpr const char* list = "customer_name,phone_number,last_order_date,dish\n"
                             "Ann,2125550101,2020-01-31,pasta\n"
                             "O\u2019Connor,2125550102,2020-01-31,pasta\n"
                             "François,2125550103,2020-01-31,pasta\n"
                             "Jos\u00e9,2125550104,2020-01-31,\"pizza \u2013 large\"\n"
                             "Zoë 🍕,2125550105,2099-01-31,pasta\n";

struct Fixture
{
    TestDatabase database;
    Service service{database};

    static CampaignUpload upload() { return CampaignUpload().with("message", "{customer_name}: {dish}").file(list); }
    json::object characters(const CampaignUpload& campaign) const
    {
        return service.previewed(campaign).at("ucs2FromData").as_object();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(data_characters, Fixture)

BOOST_AUTO_TEST_CASE(the_preview_counts_messages_that_the_list_makes_dearer_and_shows_some)
{
    const json::object found = characters(upload());
    BOOST_TEST(found.at("messages").as_int64() ==
               3); // é is in GSM-7, ç and the dash are not, the last one is not lapsed
    BOOST_TEST(found.at("fixedByPlainCharacters").as_int64() == 2);
    const json::value first{{"row", 2}, {"line", 3}, {"name", "O\u2019Connor"}, {"characters", "\u2019"}};
    BOOST_TEST(found.at("examples").at(0) == first);
    BOOST_TEST(found.at("examples").at(1).at("characters").as_string() == "ç");
    BOOST_TEST(found.at("examples").at(2).at("characters").as_string() == "\u2013");
    const json::array warnings = service.previewed(upload()).at("warnings").as_array();
    BOOST_REQUIRE(warnings.size() == 1U);
    BOOST_TEST(warnings[0].as_string().find("plainCharacters=true") != json::string::npos);
}

BOOST_AUTO_TEST_CASE(plain_characters_leave_what_has_no_look_alike)
{
    const json::object found = characters(upload().with("plainCharacters", "true"));
    BOOST_TEST(found.at("messages").as_int64() == 1);
    BOOST_TEST(found.at("fixedByPlainCharacters").as_int64() == 0);
    service.created(upload().with("plainCharacters", "true"));
    BOOST_TEST(database.value("select body from messages where recipient = '+12125550102'") == "O'Connor: pasta");
}

BOOST_AUTO_TEST_CASE(a_text_that_needs_ucs2_anyway_blames_no_data)
{
    BOOST_TEST(characters(upload().with("message", "🍕 {customer_name}")).at("messages").as_int64() == 0);
    BOOST_TEST(characters(upload().with("message", "{offer} {customer_name}").with("offer", "20\u00A0%"))
                   .at("messages")
                   .as_int64() == 0);
    BOOST_TEST(characters(upload().with("message", "Hello")).at("messages").as_int64() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
