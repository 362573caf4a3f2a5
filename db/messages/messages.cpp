#include "db/messages/messages.hpp"

#include "db/messages/search.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros,
                       created_at, claimed_at, accepted_at, sent_at, completed_at, read_at))
BOOST_DESCRIBE_STRUCT(MessageHistory, (), (sender, campaign, price_per_segment, send_at, is_test, conflicting))
BOOST_DESCRIBE_STRUCT(MessageHistory::Entry, (), (at, source, status, error_code, sid, carrier_time, extra_json))

namespace
{

std::optional<MessageHistory> read_history(Transaction& tx, MessageId id)
{
    const pqxx::result found = tx.exec("find_message", id);
    std::optional<MessageHistory> history = read_first<MessageHistory>(found);
    if (!history) return std::nullopt;
    history->message = read_first<Message>(found).value();
    history->entries = read_rows<MessageHistory::Entry>(tx.exec("message_history", id));
    return history;
}

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

// Ends the transaction, so that a refused request does not use up its key.
struct Refused
{
    CreateMessageResult why;
};

// When it may leave; empty: now.
std::optional<Time> first_time(Transaction& tx, const NewMessage& message)
{
    if (message.quiet_from.empty()) return message.send_at;
    const pqxx::result rows =
        tx.exec("end_of_quiet_hours", message.quiet_from, message.quiet_until, message.zones, micros(message.send_at));
    if (rows.at(0)[0].is_null()) throw Refused{AlwaysQuiet{}};
    if (rows.at(0)[1].as<bool>()) return message.send_at;
    return time_of(rows.at(0)[0].as<std::int64_t>());
}

Message insert(Transaction& tx, const NewMessage& message, std::optional<Time> send_at,
               const std::optional<std::string>& paid_by)
{
    std::optional<std::string> zones;
    if (!message.zones.empty()) zones = message.zones;
    const pqxx::result rows =
        tx.exec("insert_message", message.recipient, message.body, message.segments, message.sender, micros(send_at),
                message.price_per_segment, zones, token_of(message.recipient), paid_by);
    if (rows.empty()) throw Refused{RecipientOptedOut{}};
    Message inserted;
    inserted.id = rows[0]["id"].as<MessageId>();
    inserted.recipient = message.recipient;
    inserted.body = message.body;
    inserted.segments = message.segments;
    inserted.created_at = time_of(rows[0]["created_at"].as<std::int64_t>());
    if (!message.quiet_from.empty()) tx.exec("keep_quiet_hours", inserted.id, message.quiet_from, message.quiet_until);
    if (!message.tester.empty()) tx.exec("keep_test", inserted.id, message.tester);
    return inserted;
}

// Two at the same time wait for each other.
void check_tests(Transaction& tx, const std::string& tester)
{
    tx.exec("lock_tester", tester);
    const pqxx::result rows = tx.exec("count_tests", tester);
    if (rows.at(0)[0].as<int>() < max_tests_per_hour) return;
    throw Refused{TooManyTests{std::chrono::seconds(rows.at(0)[1].as<int>())}};
}

CreateMessageResult create_message(Transaction& tx, const NewMessage& message)
{
    if (message.idempotency) {
        KeyUse use = use_key(tx, *message.idempotency);
        if (std::holds_alternative<KeyConflict>(use)) return KeyConflict{};
        if (auto* first = std::get_if<FirstUse>(&use))
            return CreatedMessage{first->message.value_or(0), std::move(first->reply), true};
    }
    if (!message.tester.empty()) check_tests(tx, message.tester);
    const std::int64_t cost = message.segments * message.price_per_segment;
    spend(tx, message.creator, cost);
    const std::optional<Time> send_at = first_time(tx, message);
    const std::optional<std::string> paid_by = reserve_today(tx, message.day_budget, cost, send_at);
    const Message inserted = insert(tx, message, send_at, paid_by);
    CreatedMessage created{inserted.id, message.write_reply(inserted, send_at), false};
    record_action(tx, message.by, {"message.create", std::to_string(created.id)}, R"({"messages": 1, "outbox": 1})");
    if (message.idempotency) tx.exec("keep_message_reply", message.idempotency->key, created.id, created.reply);
    return created;
}

} // namespace

asio::awaitable<MessagePage> Messages::of_campaign(std::int64_t campaign_id, MessageFilter filter, int limit,
                                                   std::optional<MessageId> after)
{
    const MessageId above = after.value_or(0);
    return database_.transact([campaign_id, filter = std::move(filter), limit, above](Transaction& tx) {
        MessagePage page;
        page.messages = read_rows<Message>(list(tx, campaign_id, filter, above, limit + 1));
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

asio::awaitable<CreateMessageResult> SingleMessages::create(NewMessage message)
{
    auto job = [message = std::move(message)](Transaction& tx) { return create_message(tx, message); };
    CreateMessageResult result = RecipientOptedOut{};
    try {
        result = co_await database_.transact(std::move(job));
    }
    catch (const Refused& refused) {
        result = refused.why;
    }
    catch (const OverDailyBudget& over) {
        result = over;
    }
    catch (const DayUsedUp& used_up) {
        result = used_up;
    }
    co_return result;
}

} // namespace waybill::db
