#include "webhooks/opt_out_phrases.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace waybill::webhooks
{

namespace
{

// Twilio's stop words, which US law names too, in any spelling.
constexpr auto stop_phrases = std::to_array<std::string_view>(
    {"stop all", "opt out", "stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"});

// Words of the list that a guest hardly uses for anything else.
constexpr auto plain_stop_phrases =
    std::to_array<std::string_view>({"stop all", "opt out", "stop", "stopall", "unsubscribe", "optout"});

// What politeness adds, longer phrases before their beginnings. Some people are polite in their own language.
constexpr auto courtesies = std::to_array<std::string_view>({
    "please and thank you",
    "and thank you very much",
    "and thank you so much",
    "and thank you",
    "and thanks",
    "thank you very much",
    "thank you so much",
    "thank you kindly",
    "thank you in advance",
    "thank you",
    "thank u",
    "thanks in advance",
    "thanks very much",
    "thanks so much",
    "thanks a lot",
    "thanks",
    "many thanks",
    "no thank you",
    "no thanks",
    "no thx",
    "thankyou",
    "thx",
    "thnx",
    "thanx",
    "tnx",
    "tks",
    "tysm",
    "ty",
    "cheers",
    "pretty please",
    "if you please",
    "please",
    "pleas",
    "plese",
    "plz",
    "pls",
    "plse",
    "kindly",
    "kind regards",
    "best regards",
    "regards",
    "im sorry",
    "i am sorry",
    "so sorry",
    "sorry",
    "excuse me",
    "good morning",
    "good evening",
    "hello",
    "hi",
    "hey",
    "dear sir",
    "sir",
    "maam",
    "por favor",
    "gracias",
    "sil vous plait",
    "merci",
    "bitte",
    "danke",
    "grazie",
    "dear",
    "best",
});

// "stoppp" for "stop": runs of three and more of a letter shortened to `run`.
std::string shortened(std::string_view word, std::size_t run)
{
    std::string result;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t end = std::min(word.find_first_not_of(word[at], at), word.size());
        result.append(end - at >= 3 ? run : end - at, word[at]);
        at = end;
    }
    return result;
}

// "stopstop" for "stop".
bool repeats(std::string_view word, std::string_view unit)
{
    if (word.empty() || word.size() % unit.size() != 0) return false;
    for (std::size_t at = 0; at < word.size(); at += unit.size())
        if (word.substr(at, unit.size()) != unit) return false;
    return true;
}

bool says(std::string_view word, std::string_view wanted)
{
    return word == wanted || repeats(word, wanted) || shortened(word, 1) == wanted || shortened(word, 2) == wanted;
}

// How many words of the text say the phrase; 0 when they do not.
std::size_t match(std::span<const std::string> words, std::string_view phrase)
{
    std::size_t count = 0;
    while (!phrase.empty()) {
        const std::size_t end = std::min(phrase.find(' '), phrase.size());
        if (count == words.size() || !says(words[count], phrase.substr(0, end))) return 0;
        phrase.remove_prefix(std::min(end + 1, phrase.size()));
        ++count;
    }
    return count;
}

std::size_t match_any(std::span<const std::string> words, std::span<const std::string_view> phrases)
{
    for (const std::string_view phrase : phrases)
        if (const std::size_t count = match(words, phrase); count > 0) return count;
    return 0;
}

enum class Meaning
{
    courtesy,
    stop,
    other
};

Meaning read_sentence(std::span<const std::string> words, std::span<const std::string_view> stops)
{
    Meaning meaning = Meaning::courtesy;
    while (!words.empty()) {
        std::size_t count = match_any(words, courtesies);
        if (count == 0) {
            count = match_any(words, stops);
            meaning = Meaning::stop;
        }
        if (count == 0) return Meaning::other;
        words = words.subspan(count);
    }
    return meaning;
}

} // namespace

bool is_stop(const std::vector<Sentence>& sentences)
{
    bool stops = false;
    for (const Sentence& sentence : sentences) {
        const Meaning meaning = read_sentence(sentence, stop_phrases);
        if (meaning == Meaning::other) return false;
        stops = stops || meaning == Meaning::stop;
    }
    return stops;
}

bool has_stop_sentence(const std::vector<Sentence>& sentences)
{
    return std::ranges::any_of(sentences, [](const Sentence& sentence) {
        return read_sentence(sentence, plain_stop_phrases) == Meaning::stop;
    });
}

} // namespace waybill::webhooks
