#include "db/messages/single_messages.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <utility>

namespace waybill::db
{

const Statement insert_message_statement{"insert_message", R"sql(
with made as (
    insert into messages (recipient, customer_name, body, segments, sender, price_per_segment)
    select $1, '', $2, $3::smallint, $4, $6::int
     where not exists (select from opt_outs where phone_number = $1)
    returning id
), queued as (
    insert into outbox (message_id, sender, due_at)
    select id, $4, coalesce(timestamptz 'epoch' + $5::bigint * interval '1 microsecond', now()) from made
)
select id, (extract(epoch from message_created_at(id)) * 1000000)::bigint as created_micros from made)sql"};

const Statement keep_message_reply_statement{"keep_message_reply", R"sql(
update idempotency_keys set message_id = $2, reply = $3 where key = $1)sql"};

namespace
{

// Ends the transaction, so that a refused request does not use its key up.
struct Refused
{
};

Message insert(Transaction& tx, const NewMessage& message)
{
    std::optional<std::int64_t> send_at;
    if (message.send_at) send_at = micros(*message.send_at);
    const pqxx::result rows = tx.exec(insert_message_statement, message.recipient, message.body, message.segments,
                                      message.sender, send_at, message.price_per_segment);
    if (rows.empty()) throw Refused{};
    Message inserted;
    inserted.id = rows[0]["id"].as<MessageId>();
    inserted.recipient = message.recipient;
    inserted.body = message.body;
    inserted.segments = message.segments;
    inserted.created_at = time_of(rows[0]["created_micros"].as<std::int64_t>());
    return inserted;
}

CreateMessageResult create_message(Transaction& tx, const NewMessage& message)
{
    if (message.idempotency) {
        KeyUse use = use_key(tx, *message.idempotency);
        if (std::holds_alternative<KeyConflict>(use)) return KeyConflict{};
        if (auto* first = std::get_if<FirstUse>(&use))
            return CreatedMessage{first->message.value_or(0), std::move(first->reply), true};
    }
    const Message inserted = insert(tx, message);
    CreatedMessage created{inserted.id, message.write_reply(inserted), false};
    if (message.idempotency) tx.exec(keep_message_reply_statement, message.idempotency->key, created.id, created.reply);
    return created;
}

} // namespace

asio::awaitable<CreateMessageResult> SingleMessages::create(NewMessage message)
{
    auto job = [message = std::move(message)](Transaction& tx) { return create_message(tx, message); };
    CreateMessageResult result = RecipientOptedOut{};
    try {
        result = co_await database_.transact(std::move(job));
    }
    catch (const Refused&) {
    }
    co_return result;
}

} // namespace waybill::db
