#include "server/api/contract/message.hpp"

#include "server/twilio/errors.hpp"

namespace waybill::api
{

namespace
{

std::optional<std::string> meaning_of(const std::optional<int>& error_code)
{
    if (!error_code) return std::nullopt;
    return twilio::explain_error(*error_code);
}

ShownMessage show(const db::Message& message, std::int64_t price_per_segment)
{
    return {.id = {message.id},
            .row = message.row,
            .to = message.recipient,
            .name = message.customer_name,
            .body = message.body,
            .status = db::name_of(message.status),
            .sid = text_or_null(message.sid),
            .error_code = message.error_code,
            .error_meaning = meaning_of(message.error_code),
            .segments = message.segments,
            .cost = {message.accepted_at ? message.segments * price_per_segment : 0},
            .created_at = message.created_at,
            .claimed_at = message.claimed_at,
            .accepted_at = message.accepted_at,
            .sent_at = message.sent_at,
            .completed_at = message.completed_at,
            .read_at = message.read_at};
}

ShownEntry show(const db::MessageHistory::Entry& entry)
{
    ShownEntry shown{.at = entry.at,
                     .source = entry.source,
                     .status = entry.status,
                     .error_code = entry.error_code,
                     .error_meaning = meaning_of(entry.error_code),
                     .sid = text_or_null(entry.sid),
                     .carrier_time = text_or_null(entry.carrier_time),
                     .extra = std::nullopt};
    if (!entry.extra_json.empty()) shown.extra = RawJson{entry.extra_json};
    return shown;
}

ShownReply show(const db::Reply& reply)
{
    return {.sid = reply.sid,
            .from = reply.from,
            .body = reply.body,
            .keyword = text_or_null(reply.keyword),
            .received_at = reply.received_at,
            .message_id = cursor(reply.message),
            .looks_like_opt_out = reply.looks_like_opt_out,
            .opted_out = reply.opted_out};
}

} // namespace

std::optional<std::string_view> text_or_null(std::string_view text)
{
    if (text.empty()) return std::nullopt;
    return text;
}

std::optional<Decimal> cursor(const std::optional<std::int64_t>& next)
{
    if (!next) return std::nullopt;
    return Decimal{*next};
}

ShownMessages show(const db::MessagePage& page, std::int64_t price_per_segment)
{
    ShownMessages shown;
    shown.messages.reserve(page.messages.size());
    for (const db::LabeledMessage& each : page.messages)
        shown.messages.push_back(
            {{show(each.message, price_per_segment)}, {show_labels(each.labels.reference, each.labels.metadata_json)}});
    shown.next_cursor = cursor(page.next);
    return shown;
}

ShownHistory show_new(const db::MessageHistory& history, std::int64_t price_per_segment)
{
    const db::Message& message = history.message;
    const std::int64_t price = history.price_per_segment.value_or(price_per_segment);
    ShownHistory shown{.message = {show(message, price)},
                       .campaign_id = text_or_null(history.campaign),
                       .from = text_or_null(history.sender),
                       .send_at = history.send_at,
                       .estimated_cost = {message.segments * price},
                       .price = std::nullopt,
                       .conflicting = std::nullopt,
                       .test = history.is_test,
                       .labels = {show_labels(history.labels.reference, history.labels.metadata_json)},
                       .events = {}};
    if (message.price_micros) shown.price = Dollars{(*message.price_micros + 50) / 100};
    if (history.conflicting) shown.conflicting = db::name_of(*history.conflicting);
    return shown;
}

ShownHistory show(const db::MessageHistory& history, std::int64_t price_per_segment)
{
    ShownHistory shown = show_new(history, price_per_segment);
    auto& events = shown.events.value.emplace();
    for (const db::MessageHistory::Entry& entry : history.entries)
        events.push_back(show(entry));
    return shown;
}

ShownFoundMessages show(const db::FoundMessages& page, std::int64_t price_per_segment)
{
    ShownFoundMessages shown;
    for (const db::FoundMessage& found : page.messages) {
        const std::int64_t price = found.price_per_segment > 0 ? found.price_per_segment : price_per_segment;
        shown.messages.push_back({{show(found.message, price)},
                                  text_or_null(found.campaign),
                                  text_or_null(found.sender),
                                  {show_labels(found.labels.reference, found.labels.metadata_json)}});
    }
    shown.next_cursor = cursor(page.next);
    return shown;
}

ShownReplies show(const db::ReplyPage& page)
{
    ShownReplies shown;
    for (const db::Reply& reply : page.replies)
        shown.replies.push_back(show(reply));
    shown.next_cursor = cursor(page.next);
    return shown;
}

ShownOptOut show(const db::OptOut& opt_out)
{
    return {.phone = opt_out.phone_number,
            .source = opt_out.source,
            .created_at = opt_out.created_at,
            .campaign_id = text_or_null(opt_out.campaign)};
}

ShownOptOuts show(const db::OptOutPage& page)
{
    ShownOptOuts shown;
    for (const db::OptOut& opt_out : page.opt_outs)
        shown.opt_outs.push_back(show(opt_out));
    // A number without its plus.
    if (page.more) shown.next_cursor = std::string_view(page.opt_outs.back().phone_number).substr(1);
    return shown;
}

} // namespace waybill::api
