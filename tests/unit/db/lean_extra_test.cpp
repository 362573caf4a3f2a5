#include "db/messages/lean_extra.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill;

namespace
{

struct Row
{
    std::string extra, lean, sent_to;
};

} // namespace

BOOST_AUTO_TEST_SUITE(lean_extra)

BOOST_AUTO_TEST_CASE(to_and_the_usual_api_version_are_left_out_together)
{
    const std::string version = R"({"ApiVersion":"2010-04-01",)";
    const std::vector<Row> rows{
        {version + R"("From":"+1500","To":"+1555"})", R"([{"From":"+1500"}])", "+1555"},
        {version + R"("To":"+1555"})", "[{}]", "+1555"},
        {version + R"("To":"+1555","X":"1"})", R"([{"X":"1"}])", "+1555"},
        {version + R"("From":"+1500","To":"whatsapp:+1555","X":["1","2"]})", R"([{"From":"+1500","X":["1","2"]}])",
         "whatsapp:+1555"},
        {version + R"("A":"\\","To":"+1555"})", R"([{"A":"\\"}])", "+1555"},
    };
    for (const Row& row : rows) {
        const db::LeanExtra made = db::lean(row.extra);
        BOOST_TEST(made.json == row.lean);
        BOOST_TEST(made.sent_to == row.sent_to);
    }
}

BOOST_AUTO_TEST_CASE(anything_else_stays_as_it_is)
{
    const std::string version = R"({"ApiVersion":"2010-04-01",)";
    for (const std::string& extra :
         {std::string(), std::string("{}"), std::string(R"({"ApiVersion":"2010-04-01"})"),
          std::string(R"({"ApiVersion":"2008-08-01","To":"+1555"})"), std::string(R"({"From":"+1500","To":"+1555"})"),
          version + R"("From":"+1500"})", version + R"("To":""})", version + R"("To":["+1555","+1556"]})",
          version + R"("To":"a\"b"})", version + R"("X":"\"To\":\"+1555"})", version + R"("XTo":"+1555"})"}) {
        const db::LeanExtra made = db::lean(extra);
        BOOST_TEST(made.json == extra);
        BOOST_TEST(made.sent_to == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
