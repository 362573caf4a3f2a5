#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/requests/budgets.hpp"
#include "db/requests/idempotency.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe/class.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace waybill::db
{

class Transaction;

struct Message
{
    MessageId id = 0;
    std::int64_t row = 0; // of the upload; 0 when there was none
    std::string recipient, customer_name, body, sid;
    int segments = 0;
    MessageStatus status{};
    std::optional<int> error_code;
    std::optional<std::int64_t> price_micros;
    Time created_at;
    std::optional<Time> claimed_at, accepted_at, sent_at, completed_at, read_at;
};

BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros,
                       created_at, claimed_at, accepted_at, sent_at, completed_at, read_at))

// A client's own words for what it creates.
struct Labels
{
    std::string reference;     // unique among those of its principal; empty: none
    std::string metadata_json; // an object; empty: none
};
BOOST_DESCRIBE_STRUCT(Labels, (), (reference, metadata_json))

struct MessageFilter
{
    std::optional<MessageStatus> status;
    std::string recipient; // E.164; empty: any
    std::string part;      // of a name, or the last digits of a number; empty: any
};

// A search in so many messages that it takes too long.
struct SearchTooLong
{
};

struct LabeledMessage
{
    Message message;
    Labels labels; // its own
};

struct MessagePage
{
    std::vector<LabeledMessage> messages; // by id, which is the order of the upload
    std::optional<MessageId> next;        // pass as `after` for the next page
};

// All that is known of one message.
struct MessageHistory
{
    // Something that was reported about it.
    struct Entry
    {
        Time at;
        std::string source; // send, receipt, lookup, operator
        std::string status; // the word as it was received
        std::optional<int> error_code;
        std::string sid;          // empty when it was not reported
        std::string carrier_time; // as received; empty when it was not reported
        std::string extra_json;   // every other parameter; empty when there are none
    };

    Message message;
    std::string sender;                            // E.164, or empty when the Messaging Service picks
    std::string campaign;                          // public id; empty for a single message
    std::optional<std::int64_t> price_per_segment; // 1/10 000 USD
    std::optional<Time> send_at;                   // while it waits for its time
    bool is_test = false;                          // outside all campaigns
    std::optional<MessageStatus> conflicting;      // another final status that was reported
    Labels labels;
    std::vector<Entry> entries; // in the order in which they were received
};

// Within a transaction.
std::optional<MessageHistory> find_message(Transaction& tx, MessageId id);

class Messages
{
public:
    explicit Messages(Database& database) : database_(database) {}

    // Throws Abandoned when the caller leaves.
    asio::awaitable<MessagePage> of_campaign(std::int64_t campaign_id, MessageFilter filter, int limit,
                                             std::optional<MessageId> after, CallerLeft caller = nullptr);

    asio::awaitable<std::optional<MessageHistory>> find(MessageId id);

private:
    Database& database_;
};

// A message of no campaign.
struct NewMessage
{
    Creator creator;
    std::optional<DayBudget> day_budget;
    std::string recipient; // E.164
    std::string body;
    std::string sender; // E.164, or empty when the Messaging Service picks
    int segments = 1;
    std::int64_t price_per_segment = 0; // 1/10 000 USD
    std::optional<Time> send_at;        // empty: now
    // Nothing arrives in these hours of the zones, `&` between them. Both are empty, or neither is.
    std::string quiet_from, quiet_until, zones;
    Labels labels;
    std::string tester; // the principal whose test message this is; empty: it is none
    std::optional<IdempotencyKey> idempotency;
    // With the time until which it waits. Called on a DB thread; kept with the key.
    std::function<std::string(const Message&, std::optional<Time> send_at)> write_reply;
    Actor by;
};

// Made now, or earlier by the same request.
struct CreatedMessage
{
    MessageId id = 0;
    std::string reply;
    bool repeated = false;
};

struct RecipientOptedOut // nothing was stored
{
};

struct KnownReference // its principal has used the reference for this message; nothing was stored
{
    MessageId id = 0;
    std::optional<MessageHistory> message = {}; // of a batch
};

struct AlwaysQuiet // the quiet hours leave no time of the day in all of the zones; nothing was stored
{
};

struct TooManyTests // nothing was stored
{
    std::chrono::seconds retry_after{};
};

inline constexpr int max_tests_per_hour = 10; // of one principal

using CreateMessageResult = std::variant<CreatedMessage, KeyConflict, RecipientOptedOut, OverDailyBudget, DayUsedUp,
                                         AlwaysQuiet, TooManyTests, KnownReference>;

// Several messages of one request: each is made or refused for itself.
struct NewBatch
{
    std::vector<NewMessage> messages; // without keys of their own
    std::optional<IdempotencyKey> idempotency;
    // Called on a DB thread, with a result for each message; kept with the key.
    std::function<std::string(const std::vector<CreateMessageResult>&)> write_reply;
};

struct CreatedBatch
{
    std::string reply;
    bool repeated = false;
};

using CreateBatchResult = std::variant<CreatedBatch, KeyConflict>;

class SingleMessages
{
public:
    explicit SingleMessages(Database& database) : database_(database) {}

    // One transaction: the message, its place in the outbox, the key and the reply.
    asio::awaitable<CreateMessageResult> create(NewMessage message);

    // The same for all of them, in one transaction as well.
    asio::awaitable<CreateBatchResult> create_all(NewBatch batch);

private:
    Database& database_;
};

} // namespace waybill::db
