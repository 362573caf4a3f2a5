#include "db/messages/message_search.hpp"

#include "config/ascii.hpp"
#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(FoundMessage, (), (campaign, sender, price_per_segment))

namespace
{

constexpr int max_looked_at = 20'000;

// The ids that may be found: `from` is included, `below` is not.
struct Span
{
    MessageId from = 0, below = std::numeric_limits<MessageId>::max();
};

MessageId first_id_at(Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() << 30;
}

Span span_of(const MessageSearch& search)
{
    Span span;
    if (search.from) span.from = std::max<MessageId>(0, first_id_at(*search.from));
    if (search.until) span.below = std::max<MessageId>(0, first_id_at(*search.until));
    if (search.below) span.below = std::min(span.below, *search.below);
    return span;
}

// A filter without an index may fit few messages: only so many are looked at. Returns where that ends; empty: at the
// end.
std::optional<MessageId> limit_walk(Transaction& tx, const MessageSearch& search, Span& span)
{
    const bool is_by_index = !search.recipient.empty() || !search.reference.empty();
    if (is_by_index || (!search.status && search.sender.empty())) return std::nullopt;
    const pqxx::result end = search.campaign.empty() ? tx.exec("end_of_walk", span.from, span.below, max_looked_at)
                                                     : tx.exec("end_of_campaign_walk", span.from, span.below,
                                                               max_looked_at, search.campaign);
    if (end.empty()) return std::nullopt;
    span.from = end[0][0].as<MessageId>();
    return span.from;
}

pqxx::result look(Transaction& tx, const MessageSearch& search, const Span& span)
{
    const std::string status(search.status ? name_of(*search.status) : "");
    const int limit = search.limit + 1;
    if (!search.reference.empty())
        return tx.exec("messages_with_reference", span.from, span.below, status, search.sender, limit, search.recipient,
                       search.campaign, search.reference);
    if (!search.recipient.empty())
        return tx.exec("messages_to", span.from, span.below, status, search.sender, limit, search.recipient,
                       search.campaign);
    if (!search.campaign.empty())
        return tx.exec("messages_of_campaign", span.from, span.below, status, search.sender, limit, search.campaign);
    return tx.exec("newest_messages", span.from, span.below, status, search.sender, limit);
}

FoundMessages read_found(const pqxx::result& rows, int limit)
{
    const RowReader<FoundMessage> found(rows);
    const RowReader<Message> message(rows);
    const RowReader<Labels> labels(rows);
    FoundMessages page;
    for (const pqxx::row& row : rows) {
        FoundMessage each = found.read(row);
        each.message = message.read(row);
        each.labels = labels.read(row);
        page.messages.push_back(std::move(each));
    }
    if (page.messages.size() <= static_cast<std::size_t>(limit)) return page;
    page.messages.pop_back();
    page.next = page.messages.back().message.id;
    return page;
}

FoundMessages find_messages(Transaction& tx, const MessageSearch& search)
{
    Span span = span_of(search);
    const std::optional<MessageId> end = limit_walk(tx, search, span);
    FoundMessages page = read_found(look(tx, search, span), search.limit);
    if (!page.next) page.next = end;
    return page;
}

} // namespace

std::string digits_sought(std::string_view text)
{
    std::string digits;
    for (const char each : text) {
        if (config::is_digit(each)) digits += each;
        if (!config::is_digit(each) && std::string_view("+-.() /").find(each) == std::string_view::npos) return "";
    }
    return digits;
}

asio::awaitable<FoundMessages> SearchMessages::find(MessageSearch search, CallerLeft caller)
{
    auto job = [search = std::move(search)](Transaction& tx) { return find_messages(tx, search); };
    return database_.transact_for(std::move(caller), std::move(job));
}

} // namespace waybill::db
