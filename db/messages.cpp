#include "db/messages.hpp"

#include "db/statements.hpp"

namespace waybill::db
{

const Statement list_messages_statement{"list_messages", R"sql(
select id, row_number, recipient, customer_name, body, sid, segments, status, error_code, price_micros,
       (extract(epoch from message_created_at(id)) * 1000000)::bigint as created_micros,
       (extract(epoch from claimed_at) * 1000000)::bigint as claimed_micros,
       (extract(epoch from accepted_at) * 1000000)::bigint as accepted_micros,
       (extract(epoch from sent_at) * 1000000)::bigint as sent_micros,
       (extract(epoch from completed_at) * 1000000)::bigint as completed_micros,
       (extract(epoch from read_at) * 1000000)::bigint as read_micros
  from messages
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3)
 order by campaign_id, id -- as the index has it: by id alone a generic plan may walk the primary key
 limit $4::int)sql"};

namespace
{

std::optional<Time> read_time(const pqxx::field& micros)
{
    if (micros.is_null()) return std::nullopt;
    return Time(std::chrono::microseconds(micros.as<std::int64_t>()));
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

} // namespace

asio::awaitable<MessagePage> Messages::of_campaign(std::int64_t campaign_id, std::optional<MessageStatus> status, int limit,
                                                   std::optional<MessageId> after)
{
    const std::string wanted(status ? name_of(*status) : "");
    const MessageId above = after.value_or(0);
    return database_.transact([campaign_id, wanted, limit, above](Transaction& tx) {
        MessagePage page;
        for (const pqxx::row& row : tx.exec(list_messages_statement, campaign_id, above, wanted, limit + 1))
            page.messages.push_back(read_message(row));
        if (page.messages.size() > static_cast<std::size_t>(limit)) {
            page.messages.pop_back();
            page.next = page.messages.back().id;
        }
        return page;
    });
}

} // namespace waybill::db
