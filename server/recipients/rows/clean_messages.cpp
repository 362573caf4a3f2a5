#include "server/recipients/rows/clean_messages.hpp"

#include "server/text/clean_text.hpp"
#include "server/text/segments.hpp"
#include "server/text/time_zones.hpp"

#include <algorithm>
#include <utility>

namespace waybill::recipients
{

namespace
{

// Nearly all messages have nothing to clean: looking is cheaper than copying.
bool may_have_look_alikes(const std::string& text)
{
    return std::ranges::any_of(text, [](char byte) { return (byte & 0x80) != 0 || byte == '`' || byte == '\t'; });
}

} // namespace

void clean_message(db::Recipient& recipient, bool plain_characters)
{
    const bool has_returns = recipient.body.find('\r') != std::string::npos;
    const bool is_plainable = plain_characters && may_have_look_alikes(recipient.body);
    if (!has_returns && !is_plainable) return;
    if (has_returns) recipient.body = text::with_line_feeds(recipient.body);
    if (is_plainable) recipient.body = text::with_plain_characters(recipient.body);
    recipient.segments = static_cast<int>(text::segment(recipient.body).segments);
}

db::NextBatch with_clean_messages(db::NextBatch next, bool plain_characters)
{
    return [next = std::move(next), plain_characters](db::RecipientBatch& batch) {
        const bool more = next(batch);
        for (db::Recipient& recipient : batch.recipients)
            if (recipient.lapsed) clean_message(recipient, plain_characters);
        return more;
    };
}

db::NextBatch with_time_zones(db::NextBatch next)
{
    return [next = std::move(next)](db::RecipientBatch& batch) {
        const bool more = next(batch);
        for (db::Recipient& recipient : batch.recipients)
            if (recipient.lapsed) recipient.zones = text::time_zones_of(recipient.phone_number);
        return more;
    };
}

} // namespace waybill::recipients
