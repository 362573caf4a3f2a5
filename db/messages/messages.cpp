#include "db/messages/messages.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <utility>

namespace waybill::db
{

// The columns of a message `m`; the statements below say which messages.
#define WAYBILL_MESSAGE_COLUMNS                                                                                        \
    "m.id, m.row_number, m.recipient, m.customer_name, m.body, m.sid, m.segments, m.status, m.error_code, "            \
    "m.price_micros, "                                                                                                 \
    "(extract(epoch from message_created_at(m.id)) * 1000000)::bigint as created_micros, "                             \
    "(extract(epoch from m.claimed_at) * 1000000)::bigint as claimed_micros, "                                         \
    "(extract(epoch from m.accepted_at) * 1000000)::bigint as accepted_micros, "                                       \
    "(extract(epoch from m.sent_at) * 1000000)::bigint as sent_micros, "                                               \
    "(extract(epoch from m.completed_at) * 1000000)::bigint as completed_micros, "                                     \
    "(extract(epoch from m.read_at) * 1000000)::bigint as read_micros "

const Statement list_messages_statement{"list_messages", "select " WAYBILL_MESSAGE_COLUMNS R"sql(
  from messages m
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3)
 order by campaign_id, id -- as the index has it: by id alone a generic plan may walk the primary key
 limit $4::int)sql"};

const Statement list_messages_to_statement{"list_messages_to", "select " WAYBILL_MESSAGE_COLUMNS R"sql(
  from messages m
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3) and recipient = $5
 order by recipient, id
 limit $4::int)sql"};

const Statement find_message_statement{"find_message", "select " WAYBILL_MESSAGE_COLUMNS R"sql(,
       m.conflicting, coalesce(m.sender, c.sender, '') as sender, c.public_id as campaign,
       coalesce(c.price_per_segment, m.price_per_segment) as price_per_segment,
       (select (extract(epoch from due_at) * 1000000)::bigint from outbox
         where message_id = m.id and leased_until is null and due_at > now()) as send_micros
  from messages m left join campaigns c on c.id = m.campaign_id
 where m.id = $1::bigint)sql"};

const Statement message_history_statement{"message_history", R"sql(
select (extract(epoch from received_at) * 1000000)::bigint as at_micros, source, status, error_code, sid, raw_dlr_done_date,
       extra
  from message_events
 where message_id = $1::bigint
 order by received_at, fingerprint)sql"};

namespace
{

std::optional<Time> read_time(const pqxx::field& micros)
{
    if (micros.is_null()) return std::nullopt;
    return time_of(micros.as<std::int64_t>());
}

template <class Number>
std::optional<Number> read_number(const pqxx::field& field)
{
    if (field.is_null()) return std::nullopt;
    return field.as<Number>();
}

Message read_message(const pqxx::row& row)
{
    Message message;
    message.id = row["id"].as<MessageId>();
    message.row = row["row_number"].as<std::int64_t>();
    message.recipient = row["recipient"].as<std::string>();
    message.customer_name = row["customer_name"].as<std::string>();
    message.body = row["body"].as<std::string>();
    message.sid = row["sid"].as<std::string>("");
    message.segments = row["segments"].as<int>();
    message.status = parse_message_status(row["status"].as<std::string>()).value();
    message.error_code = read_number<int>(row["error_code"]);
    message.price_micros = read_number<std::int64_t>(row["price_micros"]);
    message.created_at = read_time(row["created_micros"]).value();
    message.claimed_at = read_time(row["claimed_micros"]);
    message.accepted_at = read_time(row["accepted_micros"]);
    message.sent_at = read_time(row["sent_micros"]);
    message.completed_at = read_time(row["completed_micros"]);
    message.read_at = read_time(row["read_micros"]);
    return message;
}

MessageHistory::Entry read_entry(const pqxx::row& row)
{
    MessageHistory::Entry entry;
    entry.at = read_time(row["at_micros"]).value();
    entry.source = row["source"].as<std::string>();
    entry.status = row["status"].as<std::string>();
    entry.error_code = read_number<int>(row["error_code"]);
    entry.sid = row["sid"].as<std::string>("");
    entry.carrier_time = row["raw_dlr_done_date"].as<std::string>("");
    entry.extra_json = row["extra"].as<std::string>("");
    return entry;
}

std::optional<MessageHistory> read_history(Transaction& tx, MessageId id)
{
    const pqxx::result rows = tx.exec(find_message_statement, id);
    if (rows.empty()) return std::nullopt;
    const pqxx::row row = rows[0];
    MessageHistory history;
    history.message = read_message(row);
    history.sender = row["sender"].as<std::string>();
    history.campaign = row["campaign"].as<std::string>("");
    history.price_per_segment = read_number<std::int64_t>(row["price_per_segment"]);
    history.send_at = read_time(row["send_micros"]);
    history.conflicting = parse_message_status(row["conflicting"].as<std::string>(""));
    for (const pqxx::row& entry : tx.exec(message_history_statement, id))
        history.entries.push_back(read_entry(entry));
    return history;
}

pqxx::result list(Transaction& tx, std::int64_t campaign_id, const MessageFilter& filter, MessageId above, int limit)
{
    const std::string status(filter.status ? name_of(*filter.status) : "");
    if (filter.recipient.empty()) return tx.exec(list_messages_statement, campaign_id, above, status, limit);
    return tx.exec(list_messages_to_statement, campaign_id, above, status, limit, filter.recipient);
}

} // namespace

asio::awaitable<MessagePage> Messages::of_campaign(std::int64_t campaign_id, MessageFilter filter, int limit,
                                                   std::optional<MessageId> after)
{
    const MessageId above = after.value_or(0);
    return database_.transact([campaign_id, filter = std::move(filter), limit, above](Transaction& tx) {
        MessagePage page;
        for (const pqxx::row& row : list(tx, campaign_id, filter, above, limit + 1))
            page.messages.push_back(read_message(row));
        if (page.messages.size() > static_cast<std::size_t>(limit)) {
            page.messages.pop_back();
            page.next = page.messages.back().id;
        }
        return page;
    });
}

asio::awaitable<std::optional<MessageHistory>> Messages::find(MessageId id)
{
    return database_.transact([id](Transaction& tx) { return read_history(tx, id); });
}

} // namespace waybill::db
