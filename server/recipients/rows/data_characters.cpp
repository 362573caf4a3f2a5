#include "server/recipients/rows/data_characters.hpp"

#include "server/text/clean_text.hpp"
#include "server/text/segments.hpp"
#include "server/text/utf8.hpp"

#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t max_shown_bytes = 60;

bool is_gsm7(std::string_view text)
{
    return beyond_gsm7(text).empty();
}

void count(const db::Recipient& recipient, DataCharacters& found)
{
    std::string characters = beyond_gsm7(recipient.body);
    if (characters.empty()) return;
    ++found.messages;
    if (is_gsm7(text::with_plain_characters(recipient.body))) ++found.made_plain;
    if (found.examples.size() < DataCharacters::max_examples)
        found.examples.push_back({recipient.row, recipient.line, recipient.customer_name, std::move(characters)});
}

} // namespace

std::string beyond_gsm7(std::string_view text)
{
    std::string characters;
    for (std::size_t at = 0; at < text.size() && characters.size() < max_shown_bytes;) {
        const std::size_t begin = at;
        const char32_t character = text::next_code_point(text, at);
        const std::string_view bytes = text.substr(begin, at - begin);
        if (text::gsm7::septets(character) == 0 && characters.find(bytes) == std::string::npos) characters += bytes;
    }
    return characters;
}

db::NextBatch with_counted_characters(db::NextBatch next, DataCharacters& found)
{
    return [next = std::move(next), &found](db::RecipientBatch& batch) {
        const bool more = next(batch);
        for (const db::Recipient& recipient : batch.recipients)
            if (recipient.lapsed) count(recipient, found);
        return more;
    };
}

} // namespace waybill::recipients
