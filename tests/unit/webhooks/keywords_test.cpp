#include "webhooks/opt_out_wishes.hpp"

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

BOOST_AUTO_TEST_CASE(every_keyword_of_twilio_is_known)
{
    for (const char* word : {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
        check({{word, Keyword::stop}});
    for (const char* word : {"START", "YES", "UNSTOP"})
        check({{word, Keyword::start}});
    for (const char* word : {"HELP", "INFO"})
        check({{word, Keyword::help}});
}

BOOST_AUTO_TEST_CASE(case_punctuation_and_blanks_do_not_matter)
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

BOOST_AUTO_TEST_CASE(politeness_repetition_and_emoji_leave_a_stop_a_stop)
{
    for (const std::string_view body : {"stop please",
                                        "please stop",
                                        "Please, please STOP. Thank you very much!",
                                        "hi, pls stop",
                                        "STOP thx",
                                        "Stop. Thank you",
                                        "stop and thank you",
                                        "No thanks, stop",
                                        "STOP por favor",
                                        "Dear Sir, please stop. Kind regards",
                                        "sorry, unsubscribe please",
                                        "stop stop",
                                        "STOPSTOP",
                                        "STOPPPP",
                                        "Stoooop!",
                                        "stop, end, quit",
                                        "stop/cancel",
                                        "stop all",
                                        "Stop all please",
                                        "opt-out",
                                        "OPT OUT",
                                        "Opt out please",
                                        "stop \U0001F355",
                                        "\U0001F6D1 STOP \U0001F6D1",
                                        "STOP\uFE0F",
                                        "\uFF33\uFF34\uFF2F\uFF30",
                                        "ST\u00D3P",
                                        "St\u200Bop",
                                        "s.t.o.p",
                                        "S T O P",
                                        "S-T-O-P!",
                                        "cancel please"})
        check({{body, Keyword::stop}});
}

BOOST_AUTO_TEST_CASE(any_other_word_makes_it_a_message_for_a_person)
{
    for (const std::string_view body : {"please don't stop", "stop it", "stop now", "stops", "1stop", "nonstop",
                                        "non-stop", "\u00E9stop", "stop\u00E9", "the end", "cancel my reservation",
                                        "please", "thank you", "no thanks", "stoop", "\u0405TOP" /* Cyrillic */})
        check({{body, std::nullopt}});
    for (const std::string_view body : {"yes please", "start please", "start start", "help me", "yes. start"})
        check({{body, std::nullopt}});
}

BOOST_AUTO_TEST_CASE(any_bytes_are_accepted)
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

BOOST_AUTO_TEST_CASE(the_reading_of_twilio_comes_first)
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
