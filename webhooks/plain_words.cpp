#include "webhooks/plain_words.hpp"

#include <cstdlib>
#include <memory>
#include <utf8proc.h>
#include <utility>

namespace waybill::webhooks
{

namespace
{

constexpr std::size_t max_bytes = 2'000; // more than the longest text message

struct Free
{
    void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

// Up to max_bytes, without a character cut in two.
std::string_view beginning(std::string_view text)
{
    if (text.size() <= max_bytes) return text;
    std::size_t size = max_bytes;
    while (size > 0 && (text[size] & 0xC0) == 0x80)
        --size;
    return text.substr(0, size);
}

// An acute accent typed for an apostrophe; compatibility decomposition would make it a space.
std::string with_apostrophes(std::string_view text)
{
    constexpr std::string_view acute = "\u00B4";
    std::string result(text);
    for (std::size_t at = 0; (at = result.find(acute, at)) != std::string::npos;)
        result.replace(at, acute.size(), "'");
    return result;
}

// Bytes that are not UTF-8 yield an empty text: they are no word that a person sent.
std::string made_plain(std::string_view text)
{
    constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                                            UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
    utf8proc_uint8_t* bytes = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                               static_cast<utf8proc_ssize_t>(text.size()), &bytes, options);
    const std::unique_ptr<utf8proc_uint8_t, Free> owner(bytes);
    if (size <= 0) return {};
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

enum class Part
{
    letter,
    nothing, // an apostrophe: the word continues
    gap,
    end_of_sentence
};

Part part_of(utf8proc_int32_t character)
{
    switch (character) {
    case '\'':
    case '`':
    case 0x2018: // quotation marks that keyboards write for an apostrophe
    case 0x2019:
        return Part::nothing;
    case '.':
    case '!':
    case '?':
    case ';':
    case '\n':
    case '\r':
    case 0x3002: // ideographic full stop
        return Part::end_of_sentence;
    default:
        break;
    }
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return Part::letter;
    default:
        return Part::gap;
    }
}

class Splitter
{
public:
    void add(std::string_view bytes, Part part)
    {
        if (part == Part::letter) word_ += bytes;
        if (part == Part::gap || part == Part::end_of_sentence) end_word();
        if (part == Part::end_of_sentence) end_sentence();
    }

    std::vector<Sentence> take()
    {
        end_word();
        end_sentence();
        return std::move(sentences_);
    }

private:
    void end_word()
    {
        if (!word_.empty()) sentence_.push_back(std::exchange(word_, {}));
    }

    // A sentence that is a single letter continues: "S.T.O.P" is one word.
    void end_sentence()
    {
        if (sentence_.empty()) return;
        const bool spells = is_spelled(sentence_) && !sentences_.empty() && is_spelled(sentences_.back());
        if (spells)
            sentences_.back().insert(sentences_.back().end(), sentence_.begin(), sentence_.end());
        else
            sentences_.push_back(std::move(sentence_));
        sentence_.clear();
    }

    static bool is_spelled(const Sentence& sentence)
    {
        for (const std::string& word : sentence)
            if (word.size() != 1) return false;
        return true;
    }

    std::string word_;
    Sentence sentence_;
    std::vector<Sentence> sentences_;
};

// Three or more single letters in a row become one word.
Sentence with_letters_joined(const Sentence& words)
{
    Sentence joined;
    for (std::size_t at = 0; at < words.size();) {
        std::size_t end = at;
        std::string spelled;
        while (end < words.size() && words[end].size() == 1)
            spelled += words[end++];
        if (spelled.size() >= 3)
            joined.push_back(std::move(spelled));
        else {
            end = at + 1;
            joined.push_back(words[at]);
        }
        at = end;
    }
    return joined;
}

} // namespace

std::vector<Sentence> plain_words(std::string_view text)
{
    Splitter splitter;
    const std::string plain = made_plain(with_apostrophes(beginning(text)));
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(plain.data());
    for (std::size_t at = 0; at < plain.size();) {
        utf8proc_int32_t character = 0;
        const auto size = static_cast<std::size_t>(
            utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(plain.size() - at), &character));
        splitter.add(std::string_view(plain).substr(at, size), part_of(character));
        at += size;
    }
    std::vector<Sentence> sentences = splitter.take();
    for (Sentence& sentence : sentences)
        sentence = with_letters_joined(sentence);
    return sentences;
}

} // namespace waybill::webhooks
