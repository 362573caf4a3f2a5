#pragma once

#include "db/database.hpp"
#include "db/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

struct Message
{
    MessageId id = 0;
    std::int64_t row = 0; // of the upload
    std::string recipient, customer_name, body, sid;
    int segments = 0;
    MessageStatus status{};
    std::optional<int> error_code;
    std::optional<std::int64_t> price_micros;
    Time created_at;
    std::optional<Time> claimed_at, accepted_at, sent_at, completed_at, read_at;
};

struct MessagePage
{
    std::vector<Message> messages; // by id, which is the order of the upload
    std::optional<MessageId> next; // pass as `after` for the next page
};

class Messages
{
public:
    explicit Messages(Database& database) : database_(database) {}

    asio::awaitable<MessagePage> of_campaign(std::int64_t campaign_id, std::optional<MessageStatus> status, int limit,
                                             std::optional<MessageId> after);

private:
    Database& database_;
};

} // namespace waybill::db
