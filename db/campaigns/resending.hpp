#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/message_status.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace waybill::db
{

// What became of an operator's request to send unknown messages again.
struct ResendResult
{
    bool confirmed = false;                        // the number was right, so they are in the outbox now
    std::int64_t unknown = 0;                      // how many could be sent again
    std::int64_t resent = 0;                       // how many are
    std::string campaign_status;                   // empty for a message without a campaign
    MessageStatus status = MessageStatus::unknown; // of a single message
};

// Puts unknown messages back into the outbox: each of their recipients may get the text twice. They keep their status
// until something is reported about them, and a completed campaign is sending again. Nothing is put back unless the
// operator confirms how many there are; messages of a canceled campaign never are. Empty: no such campaign or message.
class Resending
{
public:
    // `bulk` reads through a whole campaign.
    Resending(Database& database, Database& bulk) : database_(database), bulk_(bulk) {}

    asio::awaitable<std::optional<ResendResult>> campaign(std::string public_id, std::int64_t confirmed, Time now,
                                                          Actor by);
    asio::awaitable<std::optional<ResendResult>> message(MessageId id, std::int64_t confirmed, Time now, Actor by);

private:
    Database& database_;
    Database& bulk_;
};

} // namespace waybill::db
