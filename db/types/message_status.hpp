#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace waybill::db
{

// The life of a message. A message only moves to a status of higher rank; only what a look-up at Twilio finds may
// replace one final status by another. message_status_rank() and is_final() in the schema are the same rules in SQL; a
// test in tests/db/postgres/schema_test.cpp compares them.
enum class MessageStatus
{
    pending,     // stored, not yet claimed
    sending,     // claimed; the request to Twilio may be on its way
    unknown,     // the reply was lost: Twilio may or may not have it
    accepted,    // Twilio has it: accepted, scheduled, queued or sending in Twilio's words
    sent,        // the carrier has it
    delivered,   // final
    undelivered, // final
    failed,      // final
    canceled,    // final
    read         // delivered and seen (channels other than SMS)
};

inline constexpr std::array all_message_statuses{
    MessageStatus::pending,  MessageStatus::sending,   MessageStatus::unknown,     MessageStatus::accepted,
    MessageStatus::sent,     MessageStatus::delivered, MessageStatus::undelivered, MessageStatus::failed,
    MessageStatus::canceled, MessageStatus::read};

std::string_view name_of(MessageStatus status);
std::optional<MessageStatus> parse_message_status(std::string_view name);
int rank_of(MessageStatus status);
bool is_final(MessageStatus status);

// Twilio's word for a status -> ours; empty for words that we do not know (they are kept, and move nothing).
std::optional<MessageStatus> from_twilio_status(std::string_view word);

} // namespace waybill::db
