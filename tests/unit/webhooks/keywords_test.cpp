#include "webhooks/keywords.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string_view>
#include <vector>

using namespace waybill;
using db::Keyword;

namespace
{

constexpr std::string_view local_number = "+15005550006";
constexpr std::string_view toll_free_number = "+18445550006";

struct Row
{
    std::string_view body;
    std::optional<Keyword> keyword;
};

void check(const std::vector<Row>& rows, std::string_view opt_out_type = "", std::string_view to = local_number)
{
    for (const Row& row : rows)
        BOOST_TEST((webhooks::read_keyword({row.body, opt_out_type, to}) == row.keyword), "[" << row.body << "]");
}

} // namespace

BOOST_AUTO_TEST_SUITE(keywords)

BOOST_AUTO_TEST_CASE(every_word_of_twilio_is_known)
{
    for (const char* word : {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
        check({{word, Keyword::stop}});
    for (const char* word : {"START", "YES", "UNSTOP"})
        check({{word, Keyword::start}});
    for (const char* word : {"HELP", "INFO"})
        check({{word, Keyword::help}});
}

BOOST_AUTO_TEST_CASE(case_and_what_stands_around_the_word_do_not_matter)
{
    check({{"stop", Keyword::stop},
           {"Stop.", Keyword::stop},
           {" STOP! ", Keyword::stop},
           {"\t\r\nsToP\r\n", Keyword::stop},
           {"\"stop\"", Keyword::stop},
           {"\u201CStop\u201D\u2026", Keyword::stop},
           {"\u00BFStop?", Keyword::stop},
           {"\u00A0stop\u200B\u3002", Keyword::stop},
           {"\uFEFF(stop)", Keyword::stop},
           {"*** end ***", Keyword::stop},
           {"Yes!", Keyword::start},
           {"help?", Keyword::help}});
}

BOOST_AUTO_TEST_CASE(only_the_whole_message_is_a_keyword)
{
    check({{"stop please", std::nullopt},
           {"please stop", std::nullopt},
           {"stop stop", std::nullopt},
           {"stop all", std::nullopt},
           {"opt-out", std::nullopt},
           {"s.t.o.p", std::nullopt},
           {"stops", std::nullopt},
           {"1stop", std::nullopt},
           {"nonstop", std::nullopt},
           {"\u00E9stop", std::nullopt},
           {"stop\u00E9", std::nullopt},
           {"stop \U0001F355", std::nullopt},
           {"St\u200Bop", std::nullopt},
           {"\u0405TOP", std::nullopt}}); // a Cyrillic letter
}

BOOST_AUTO_TEST_CASE(any_bytes_are_taken)
{
    using namespace std::string_view_literals;
    check({{"", std::nullopt},
           {" ", std::nullopt},
           {"...", std::nullopt},
           {"\xE2\x80", std::nullopt},
           {"\x80\x80stop", std::nullopt},
           {"stop\xFF", std::nullopt},
           {"\xE2\x80\x9Cstop\xE2\x80", std::nullopt},
           {"stop\0"sv, Keyword::stop}});
}

BOOST_AUTO_TEST_CASE(what_twilio_took_the_message_for_counts)
{
    check({{"arret", Keyword::stop}, {"start", Keyword::stop}, {"", Keyword::stop}}, "STOP");
    check({{"stop", Keyword::start}}, "start");
    check({{"stop", Keyword::help}}, "HELP");
    check({{"stop", Keyword::stop}, {"hello", std::nullopt}}, "SOMETHING NEW");
    check({{"yes", Keyword::start}}, "START", toll_free_number);
}

BOOST_AUTO_TEST_CASE(yes_to_a_toll_free_number_lifts_nothing)
{
    check({{"YES", std::nullopt}, {"yes!", std::nullopt}, {"START", Keyword::start}, {"unstop", Keyword::start}}, "",
          toll_free_number);
    for (const char* number : {"+18005550006", "+18335550006", "+18885550006"})
        check({{"YES", std::nullopt}}, "", number);
    for (const char* number : {"+18105550006", "+448005550006", "80055", "+1800555000", ""})
        check({{"YES", Keyword::start}}, "", number);
}

BOOST_AUTO_TEST_SUITE_END()
