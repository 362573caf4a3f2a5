#include "db/messages/messages.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

namespace
{

// Ends the transaction, so that a refused request does not use up its key.
struct Refused
{
    CreateMessageResult why;
};

void refuse_known_reference(Transaction& tx, const NewMessage& message)
{
    if (message.labels.reference.empty()) return;
    const pqxx::result rows = tx.exec("find_reference", message.labels.reference, message.creator.principal);
    if (!rows.empty()) throw Refused{KnownReference{rows[0][0].as<MessageId>()}};
}

// Of two at the same time with the same reference the second one waits for the first.
void keep_labels(Transaction& tx, const NewMessage& message, MessageId id)
{
    const auto& [reference, metadata_json] = message.labels;
    if (reference.empty() && metadata_json.empty()) return;
    const pqxx::result kept = tx.exec("keep_labels", id, message.creator.principal, reference, metadata_json);
    if (kept.empty()) refuse_known_reference(tx, message);
}

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
    const bool is_labeled = !message.labels.reference.empty() || !message.labels.metadata_json.empty();
    const pqxx::result rows =
        tx.exec("insert_message", message.recipient, message.body, message.segments, message.sender, micros(send_at),
                message.price_per_segment, zones, token_of(message.recipient), paid_by,
                is_labeled ? std::string() : message.creator.principal);
    if (rows.empty()) throw Refused{RecipientOptedOut{}};
    Message inserted;
    inserted.id = rows[0]["id"].as<MessageId>();
    inserted.recipient = message.recipient;
    inserted.body = message.body;
    inserted.segments = message.segments;
    inserted.created_at = time_of(rows[0]["created_at"].as<std::int64_t>());
    if (!message.quiet_from.empty()) tx.exec("keep_quiet_hours", inserted.id, message.quiet_from, message.quiet_until);
    if (!message.tester.empty()) tx.exec("keep_test", inserted.id, message.tester);
    keep_labels(tx, message, inserted.id);
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
    refuse_known_reference(tx, message);
    if (!message.tester.empty()) check_tests(tx, message.tester);
    const std::int64_t cost = message.segments * message.price_per_segment;
    spend(tx, message.creator, cost, message.price_per_segment);
    const std::optional<Time> send_at = first_time(tx, message);
    const std::optional<std::string> paid_by = reserve_today(tx, message.day_budget, cost, send_at);
    const Message inserted = insert(tx, message, send_at, paid_by);
    CreatedMessage created{inserted.id, message.write_reply(inserted, send_at), false};
    record_action(tx, message.by, {"message.create", std::to_string(created.id)}, R"({"messages": 1, "outbox": 1})");
    if (message.idempotency) tx.exec("keep_message_reply", message.idempotency->key, created.id, created.reply);
    return created;
}

bool is_used_up(const CreateMessageResult& result)
{
    const auto* over = std::get_if<OverDailyBudget>(&result);
    return over != nullptr && over->is_used_up;
}

// A message that is refused takes back what it has done, and nothing else.
CreateMessageResult create_in_batch(Transaction& tx, const NewMessage& message)
{
    tx.work().exec("savepoint message");
    CreateMessageResult result = RecipientOptedOut{};
    try {
        result = create_message(tx, message);
        tx.work().exec("release savepoint message");
        return result;
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
    tx.work().exec("rollback to savepoint message");
    if (auto* known = std::get_if<KnownReference>(&result)) known->message = find_message(tx, known->id);
    if (is_used_up(result)) note_used_up(tx, message.creator);
    return result;
}

CreateBatchResult create_batch(Transaction& tx, const NewBatch& batch)
{
    if (batch.idempotency) {
        KeyUse use = use_key(tx, *batch.idempotency);
        if (std::holds_alternative<KeyConflict>(use)) return KeyConflict{};
        if (auto* first = std::get_if<FirstUse>(&use)) {
            const bool was_erased = first->reply.empty(); // it named a person who was erased
            return CreatedBatch{was_erased ? R"({"results":[]})" : std::move(first->reply), true};
        }
    }
    std::vector<CreateMessageResult> results;
    results.reserve(batch.messages.size());
    for (const NewMessage& message : batch.messages)
        results.push_back(create_in_batch(tx, message));
    CreatedBatch created{batch.write_reply(results), false};
    if (batch.idempotency) tx.exec("store_reply", batch.idempotency->key, created.reply);
    return created;
}

} // namespace

asio::awaitable<CreateMessageResult> SingleMessages::create(NewMessage message)
{
    Creator creator = message.creator;
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
    if (is_used_up(result)) co_await note_used_up(database_, std::move(creator));
    co_return result;
}

asio::awaitable<CreateBatchResult> SingleMessages::create_all(NewBatch batch)
{
    return database_.transact([batch = std::move(batch)](Transaction& tx) { return create_batch(tx, batch); });
}

} // namespace waybill::db
