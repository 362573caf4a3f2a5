#include "server/api/contract/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
namespace json = boost::json;

} // namespace

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(numbers_are_written_as_people_write_them)
{
    const std::pair<double, std::string> cases[] = {{0.0, "0"},         {2.65, "2.65"},           {30.0, "30"},
                                                    {-0.125, "-0.125"}, {1234567.5, "1234567.5"}, {1e23, "1e+23"}};
    for (const auto& [number, text] : cases)
        BOOST_TEST(api::json_text(json::value(number)) == text);
    BOOST_TEST(api::json_text(json::object{{"p50", 1.5}, {"p99", 12.0}, {"count", -7}}) ==
               R"({"p50":1.5,"p99":12,"count":-7})");
}

BOOST_AUTO_TEST_CASE(all_else_is_as_it_was)
{
    for (const char* text :
         {"null", "true", "[]", "{}", R"("1E0")", R"("")", R"("\\")", R"("say \"1E0\", 2E0")", R"(["\\",1,"-"])",
          R"({"1E0":"a\"1E0","b":[1,-2,18446744073709551615,{"c":null}],"Zo\u00eb \ud83c\udf55":"\n"})"}) {
        const json::value value = json::parse(text);
        BOOST_TEST(api::json_text(value) == json::serialize(value));
    }
}

BOOST_AUTO_TEST_SUITE_END()
