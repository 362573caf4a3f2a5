#pragma once

#include "db/messages/messages.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::db
{

// What a person types to find someone is a name, or a number or the end of one, however it is written: its digits.
// Empty: a name.
std::string digits_sought(std::string_view text);

// Which messages are looked for, of campaigns and single ones. Empty: any.
struct MessageSearch
{
    std::string recipient, sender; // E.164
    std::optional<MessageStatus> status;
    std::string reference, campaign; // its public id
    std::optional<Time> from, until; // when they were created; `until` is not included
    int limit = 50;
    std::optional<MessageId> below; // `next` of an earlier page
};

struct FoundMessage
{
    Message message;
    std::string campaign, sender;       // public id, empty: a single message; empty: the Messaging Service picks
    std::int64_t price_per_segment = 0; // 1/10 000 USD; 0: not known
    Labels labels;
};

struct FoundMessages
{
    std::vector<FoundMessage> messages; // newest first
    std::optional<MessageId> next;      // of a rare search even if the page is not full: more may lie behind it
};

class SearchMessages
{
public:
    explicit SearchMessages(Database& database) : database_(database) {}

    // Looks at a bounded number of messages, whatever is looked for. Throws Abandoned when the caller leaves.
    asio::awaitable<FoundMessages> find(MessageSearch search, CallerLeft caller = nullptr);

private:
    Database& database_;
};

} // namespace waybill::db
