#include "db/messages/messages.hpp"

#include "db/messages/message_search.hpp"
#include "db/postgres/rows.hpp"

#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(MessageHistory, (), (sender, campaign, price_per_segment, send_at, is_test, conflicting))
BOOST_DESCRIBE_STRUCT(MessageHistory::Entry, (), (at, source, status, error_code, sid, carrier_time, extra_json))

namespace
{

// No index knows parts of names and numbers: it reads the campaign's messages, but not for long.
pqxx::result search(Transaction& tx, std::int64_t campaign_id, const MessageFilter& filter, MessageId above, int limit)
{
    const std::string status(filter.status ? name_of(*filter.status) : ""), digits = digits_sought(filter.part);
    tx.exec("limit_search");
    try {
        return tx.exec("search_messages", campaign_id, above, status, limit, digits, digits.empty() ? filter.part : "");
    }
    catch (const pqxx::sql_error& error) {
        if (error.sqlstate() == "57014") throw SearchTooLong{};
        throw;
    }
}

pqxx::result list(Transaction& tx, std::int64_t campaign_id, const MessageFilter& filter, MessageId above, int limit)
{
    const std::string status(filter.status ? name_of(*filter.status) : "");
    if (!filter.part.empty()) return search(tx, campaign_id, filter, above, limit);
    if (filter.recipient.empty()) return tx.exec("list_messages", campaign_id, above, status, limit);
    return tx.exec("list_messages_to", campaign_id, above, status, limit, filter.recipient);
}

std::vector<LabeledMessage> read_labeled(const pqxx::result& rows)
{
    const RowReader<Message> messages(rows);
    const RowReader<Labels> labels(rows);
    std::vector<LabeledMessage> read;
    read.reserve(static_cast<std::size_t>(rows.size()));
    for (const pqxx::row& row : rows)
        read.push_back({messages.read(row), labels.read(row)});
    return read;
}

} // namespace

std::optional<MessageHistory> find_message(Transaction& tx, MessageId id)
{
    const pqxx::result found = tx.exec("find_message", id);
    std::optional<MessageHistory> history = read_first<MessageHistory>(found);
    if (!history) return std::nullopt;
    history->message = read_first<Message>(found).value();
    history->labels = read_first<Labels>(found).value();
    history->entries = read_rows<MessageHistory::Entry>(tx.exec("message_history", id));
    return history;
}

asio::awaitable<MessagePage> Messages::of_campaign(std::int64_t campaign_id, MessageFilter filter, int limit,
                                                   std::optional<MessageId> after, CallerLeft caller)
{
    const MessageId above = after.value_or(0);
    auto job = [campaign_id, filter = std::move(filter), limit, above](Transaction& tx) {
        MessagePage page;
        page.messages = read_labeled(list(tx, campaign_id, filter, above, limit + 1));
        if (page.messages.size() > static_cast<std::size_t>(limit)) {
            page.messages.pop_back();
            page.next = page.messages.back().message.id;
        }
        return page;
    };
    return database_.transact_for(std::move(caller), std::move(job));
}

asio::awaitable<std::optional<MessageHistory>> Messages::find(MessageId id)
{
    return database_.transact([id](Transaction& tx) { return find_message(tx, id); });
}

} // namespace waybill::db
