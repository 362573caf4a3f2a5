#include "server/api/contract/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace waybill;
using namespace std::string_literals;

namespace json_test
{

struct Named
{
    std::string_view first_name;
    std::optional<int> error_code;
};
BOOST_DESCRIBE_STRUCT(Named, (), (first_name, error_code))

struct Whole
{
    api::Inline<Named> named;
    std::vector<Named> list_of_names;
    api::Omissible<std::string> note;
    bool is_last = true;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (named, list_of_names, note, is_last))

struct Typed
{
    db::Time created_at;
    std::optional<db::Time> sent_at;
    api::Decimal id;
    api::Dollars cost;
    api::RawJson data;
    double p50 = 0;
    std::uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Typed, (), (created_at, sent_at, id, cost, data, p50, bytes))

struct Nothing
{
    api::Omissible<int> left_out;
};
BOOST_DESCRIBE_STRUCT(Nothing, (), (left_out))

struct Number
{
    double n = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (n))

} // namespace json_test

BOOST_AUTO_TEST_SUITE(api_json)

BOOST_AUTO_TEST_CASE(members_keep_their_order_and_get_camel_case_names)
{
    const json_test::Named named{"Zoë", std::nullopt};
    BOOST_TEST(api::to_json(named) == R"({"firstName":"Zoë","errorCode":null})");
}

BOOST_AUTO_TEST_CASE(structs_nest_stand_inline_or_are_left_out)
{
    json_test::Whole whole{{{"A", 1}}, {{"B", 2}, {"C", std::nullopt}}, {}, true};
    BOOST_TEST(api::to_json(whole) ==
               R"({"firstName":"A","errorCode":1,"listOfNames":[{"firstName":"B","errorCode":2},)"
               R"({"firstName":"C","errorCode":null}],"isLast":true})");
    whole.note.value = "x";
    whole.list_of_names.clear();
    BOOST_TEST(api::to_json(whole) == R"({"firstName":"A","errorCode":1,"listOfNames":[],"note":"x","isLast":true})");
    BOOST_TEST(api::to_json(json_test::Nothing{}) == "{}");
}

BOOST_AUTO_TEST_CASE(times_ids_and_money_are_texts)
{
    const db::Time noon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 31) + std::chrono::hours(12);
    const json_test::Typed typed{noon, noon, {9'007'199'254'740'993}, {225}, {R"({"a": [1, "b c"]})"}, 2.65, 7};
    BOOST_TEST(api::to_json(typed) == R"({"createdAt":"2026-03-31T12:00:00Z","sentAt":"2026-03-31T12:00:00Z",)"
                                      R"("id":"9007199254740993","cost":"0.0225","data":{"a":[1,"b c"]},)"
                                      R"("p50":2.65,"bytes":7})");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_as_people_write_them)
{
    const std::pair<double, std::string> cases[] = {{0.0, "0"},         {2.65, "2.65"},           {30.0, "30"},
                                                    {-0.125, "-0.125"}, {1234567.5, "1234567.5"}, {1e23, "1e+23"}};
    for (const auto& [number, text] : cases)
        BOOST_TEST(api::to_json(json_test::Number{number}) == "{\"n\":" + text + "}");
}

BOOST_AUTO_TEST_CASE(texts_are_escaped_as_boost_json_escapes_them)
{
    std::string all;
    for (int byte = 0; byte < 128; ++byte)
        all += static_cast<char>(byte);
    for (const std::string& text : {""s, "\""s, "\\"s, "a\"b\\c\n"s, "Zo\u00eb \U0001F355"s, all, all + all}) {
        std::string json;
        api::append_json(json, std::string_view(text));
        BOOST_TEST(json == boost::json::serialize(boost::json::string(text)));
        BOOST_TEST(boost::json::parse(json).as_string() == text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
