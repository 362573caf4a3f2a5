#include "webhooks/keywords.hpp"

#include "config/ascii.hpp"
#include "webhooks/toll_free.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace waybill::webhooks
{

namespace
{

using db::Keyword;

struct Entry
{
    std::string_view word;
    Keyword keyword;
};

// Twilio's defaults, in lower case: "Twilio support for opt-out keywords".
constexpr std::array entries{
    Entry{"stop", Keyword::stop},    Entry{"unsubscribe", Keyword::stop}, Entry{"end", Keyword::stop},
    Entry{"quit", Keyword::stop},    Entry{"stopall", Keyword::stop},     Entry{"revoke", Keyword::stop},
    Entry{"optout", Keyword::stop},  Entry{"cancel", Keyword::stop},      Entry{"start", Keyword::start},
    Entry{"unstop", Keyword::start}, Entry{"yes", Keyword::start},        Entry{"help", Keyword::help},
    Entry{"info", Keyword::help},
};

constexpr std::array<std::string_view, 3> opt_out_types{"stop", "start", "help"};

// Punctuation and spaces beyond ASCII that keyboards write of themselves, beside U+2000 to U+203F (spaces, dashes,
// quotation marks, dots, invisible marks): no-break space, ¡, «, », ¿, the ideographic space, comma and stop, and what
// begins a text file.
constexpr std::array<std::string_view, 9> other_marks{"\u00A0", "\u00A1", "\u00AB", "\u00BB", "\u00BF",
                                                      "\u3000", "\u3001", "\u3002", "\uFEFF"};

bool is_letter_or_digit(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z');
}

bool is_continuation(char byte)
{
    return (byte & 0xC0) == 0x80;
}

bool is_tolerated(std::string_view character)
{
    if (character.size() == 1) return (character[0] & 0x80) == 0 && !is_letter_or_digit(character[0]);
    if (character.size() == 3 && character.starts_with("\xE2\x80")) return true;
    return std::ranges::find(other_marks, character) != other_marks.end();
}

std::string_view first_character(std::string_view text)
{
    const auto end = std::find_if_not(text.begin() + 1, text.end(), is_continuation);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string_view last_character(std::string_view text)
{
    std::size_t begin = text.size() - 1;
    while (begin > 0 && is_continuation(text[begin]))
        --begin;
    return text.substr(begin);
}

std::string_view without_marks_around(std::string_view text)
{
    while (!text.empty() && is_tolerated(first_character(text)))
        text.remove_prefix(first_character(text).size());
    while (!text.empty() && is_tolerated(last_character(text)))
        text.remove_suffix(last_character(text).size());
    return text;
}

std::optional<Keyword> find_keyword(std::string_view word)
{
    const auto entry = std::ranges::find(entries, word, &Entry::word);
    if (entry == entries.end()) return std::nullopt;
    return entry->keyword;
}

} // namespace

std::optional<Keyword> read_keyword(const KeywordSource& source)
{
    const std::string type = config::lower_case(source.opt_out_type);
    if (std::ranges::find(opt_out_types, type) != opt_out_types.end()) return find_keyword(type);
    const std::string word = config::lower_case(without_marks_around(source.body));
    if (word == "yes" && is_toll_free(source.recipient)) return std::nullopt;
    return find_keyword(word);
}

} // namespace waybill::webhooks
