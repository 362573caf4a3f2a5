#include "db/types/message_status.hpp"

#include <algorithm>
#include <utility>

namespace waybill::db
{

namespace
{

struct StatusRow
{
    MessageStatus status;
    std::string_view name;
    int rank;
};

constexpr int final_rank = 5;

// In the order of the enumeration.
constexpr std::array<StatusRow, all_message_statuses.size()> status_rows{{
    {MessageStatus::pending, "pending", 0},
    {MessageStatus::sending, "sending", 1},
    {MessageStatus::unknown, "unknown", 2},
    {MessageStatus::accepted, "accepted", 3},
    {MessageStatus::sent, "sent", 4},
    {MessageStatus::delivered, "delivered", final_rank},
    {MessageStatus::undelivered, "undelivered", final_rank},
    {MessageStatus::failed, "failed", final_rank},
    {MessageStatus::canceled, "canceled", final_rank},
    {MessageStatus::read, "read", final_rank + 1},
}};

constexpr std::array<std::pair<std::string_view, MessageStatus>, 10> twilio_words{{
    {"accepted", MessageStatus::accepted},
    {"scheduled", MessageStatus::accepted},
    {"queued", MessageStatus::accepted},
    {"sending", MessageStatus::accepted},
    {"sent", MessageStatus::sent},
    {"delivered", MessageStatus::delivered},
    {"undelivered", MessageStatus::undelivered},
    {"failed", MessageStatus::failed},
    {"canceled", MessageStatus::canceled},
    {"read", MessageStatus::read},
}};

const StatusRow& row_of(MessageStatus status)
{
    return status_rows.at(static_cast<std::size_t>(status));
}

} // namespace

std::string_view name_of(MessageStatus status)
{
    return row_of(status).name;
}

std::optional<MessageStatus> parse_message_status(std::string_view name)
{
    const auto row =
        std::find_if(status_rows.begin(), status_rows.end(), [&](const StatusRow& each) { return each.name == name; });
    if (row == status_rows.end()) return std::nullopt;
    return row->status;
}

int rank_of(MessageStatus status)
{
    return row_of(status).rank;
}

bool is_final(MessageStatus status)
{
    return rank_of(status) >= final_rank;
}

std::optional<MessageStatus> from_twilio_status(std::string_view word)
{
    const auto known =
        std::find_if(twilio_words.begin(), twilio_words.end(), [&](const auto& each) { return each.first == word; });
    if (known == twilio_words.end()) return std::nullopt;
    return known->second;
}

} // namespace waybill::db
