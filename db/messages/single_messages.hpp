#pragma once

#include "db/messages/messages.hpp"
#include "db/postgres/database.hpp"
#include "db/requests/idempotency.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace waybill::db
{

// A message of no campaign.
struct NewMessage
{
    std::string recipient; // E.164
    std::string body;
    std::string sender; // E.164, or empty when the Messaging Service picks
    int segments = 1;
    std::int64_t price_per_segment = 0; // 1/10 000 USD
    std::optional<Time> send_at;        // empty: now
    std::optional<IdempotencyKey> idempotency;
    std::function<std::string(const Message&)> write_reply; // called on a DB thread; kept with the key
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

using CreateMessageResult = std::variant<CreatedMessage, KeyConflict, RecipientOptedOut>;

class SingleMessages
{
public:
    explicit SingleMessages(Database& database) : database_(database) {}

    // One transaction: the message, its place in the outbox, the key and the reply.
    asio::awaitable<CreateMessageResult> create(NewMessage message);

private:
    Database& database_;
};

} // namespace waybill::db
