#include "server/simulator/opt_out_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace waybill::simulator
{

namespace
{

constexpr std::array<std::string_view, 8> stop_words{"STOP",    "UNSUBSCRIBE", "END",    "QUIT",
                                                     "STOPALL", "REVOKE",      "OPTOUT", "CANCEL"};
constexpr std::array<std::string_view, 3> start_words{"START", "YES", "UNSTOP"};
constexpr std::array<std::string_view, 2> help_words{"HELP", "INFO"};

std::string normalised(std::string_view body)
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = std::min(body.find_first_not_of(blanks), body.size());
    std::string word(body.substr(begin, body.find_last_not_of(blanks) + 1 - begin));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return word;
}

} // namespace

OptOutWord read_opt_out_word(std::string_view body)
{
    const std::string word = normalised(body);
    const auto is_one_of = [&word](const auto& words) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (is_one_of(stop_words)) return OptOutWord::stop;
    if (is_one_of(start_words)) return OptOutWord::start;
    if (is_one_of(help_words)) return OptOutWord::help;
    return OptOutWord::none;
}

std::string_view name_of(OptOutWord word)
{
    constexpr std::array<std::string_view, 4> names{"", "STOP", "START", "HELP"};
    return names[static_cast<std::size_t>(word)];
}

} // namespace waybill::simulator
