#include "webhooks/keywords.hpp"

#include "config/ascii.hpp"
#include "webhooks/opt_out_phrases.hpp"
#include "webhooks/plain_words.hpp"
#include "webhooks/toll_free.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

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

// Twilio's defaults beside the stop words. They count only alone: "Yes please" may answer a question.
constexpr std::array entries{
    Entry{"start", Keyword::start}, Entry{"unstop", Keyword::start}, Entry{"yes", Keyword::start},
    Entry{"help", Keyword::help},   Entry{"info", Keyword::help},
};

std::optional<Keyword> read_opt_out_type(std::string_view type)
{
    const std::string word = config::lower_case(type);
    if (word == "stop") return Keyword::stop;
    if (word == "start") return Keyword::start;
    if (word == "help") return Keyword::help;
    return std::nullopt;
}

} // namespace

std::optional<Keyword> read_keyword(const KeywordSource& source)
{
    if (const auto keyword = read_opt_out_type(source.opt_out_type)) return keyword;
    const std::vector<Sentence> sentences = plain_words(source.body);
    if (is_stop(sentences)) return Keyword::stop;
    if (sentences.size() != 1 || sentences.front().size() != 1) return std::nullopt;
    const std::string& word = sentences.front().front();
    if (word == "yes" && is_toll_free(source.recipient)) return std::nullopt;
    const auto* entry = std::ranges::find(entries, word, &Entry::word);
    if (entry == entries.end()) return std::nullopt;
    return entry->keyword;
}

} // namespace waybill::webhooks
