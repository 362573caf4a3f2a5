#include "webhooks/opt_out_wishes.hpp"

#include "tests/support/tested_build.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using namespace waybill;
namespace json = boost::json;

namespace
{

std::vector<std::string> lines_of(const char* path)
{
    std::ifstream file(test::source_path(path));
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

std::string_view reading_of(std::string_view body)
{
    const auto keyword = webhooks::read_keyword({body, "", "+15005550006"});
    if (keyword == db::Keyword::stop) return "opted-out";
    if (keyword == db::Keyword::start) return "opted-in";
    if (keyword == db::Keyword::help) return "help";
    if (webhooks::looks_like_opt_out(body)) return "for-a-person";
    return "nothing";
}

} // namespace

BOOST_AUTO_TEST_SUITE(opt_out_wishes)

BOOST_AUTO_TEST_CASE(every_case_is_read_as_it_says)
{
    std::ifstream file(test::source_path("tests/vectors/opt-out-words.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const json::array cases = json::parse(text).as_array();
    BOOST_TEST(cases.size() >= 39U);
    for (const json::value& one : cases) {
        const std::string_view body = one.at("body").as_string();
        BOOST_TEST(reading_of(body) == std::string_view(one.at("then").as_string()), "[" << body << "]");
    }
}

BOOST_AUTO_TEST_CASE(a_clear_wish_in_other_words_is_marked)
{
    const auto wishes = lines_of("tests/data/opt-out-wishes.txt");
    BOOST_TEST(wishes.size() > 100U);
    for (const std::string& body : wishes)
        BOOST_TEST(reading_of(body) == "for-a-person", "[" << body << "]");
}

BOOST_AUTO_TEST_CASE(what_guests_write_about_food_tables_and_offers_is_not_marked)
{
    const auto replies = lines_of("tests/data/other-replies.txt");
    BOOST_TEST(replies.size() > 100U);
    for (const std::string& body : replies)
        BOOST_TEST(reading_of(body) == "nothing", "[" << body << "]");
}

BOOST_AUTO_TEST_CASE(any_bytes_are_accepted)
{
    using namespace std::string_view_literals;
    for (const std::string_view body : {""sv, " "sv, "..."sv, "\xE2\x80"sv, "stop texting me\xFF"sv, "\0"sv})
        BOOST_TEST(!webhooks::looks_like_opt_out(body));
}

BOOST_AUTO_TEST_CASE(a_long_text_is_read_in_no_time)
{
    for (const std::string_view word :
         {"stop the ", "do not text any more ", "never ", "remove me from ", "a ", "dont want to "}) {
        std::string body;
        while (body.size() < 60'000)
            body += word;
        const auto begin = std::chrono::steady_clock::now();
        webhooks::looks_like_opt_out(body);
        BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500)), word);
    }
}

BOOST_AUTO_TEST_SUITE_END()
