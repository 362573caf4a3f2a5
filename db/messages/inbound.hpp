#pragma once

#include "db/journal/recent_commits.hpp"
#include "db/journal/tickets.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::db
{

struct Reply
{
    std::int64_t place = 0; // among the replies to its campaign, the highest first
    std::string sid, from, body;
    std::string keyword;             // empty when there is none
    bool looks_like_opt_out = false; // a wish in other words
    bool opted_out = false;          // whether its author is opted out now
    Time received_at;
    std::optional<MessageId> message; // that it answers
};

struct ReplyPage
{
    std::vector<Reply> replies;       // what looks like an opt-out first, then newest first
    std::optional<std::int64_t> next; // pass as `before` for the next page
};

// What recipients write back.
class Inbound
{
public:
    // `patience`: how long it waits for PostgreSQL; less than Twilio waits for an answer.
    Inbound(asio::any_io_executor executor, Database& database, std::chrono::milliseconds patience,
            Tickets* tickets = nullptr, RecentCommits* recent = nullptr)
        : executor_(executor), database_(database), patience_(patience), tickets_(tickets), recent_(recent)
    {
    }

    // One transaction: keeps the message with the campaign it answers, counts it there, and opts its author out or in
    // again. The same message again changes nothing. Retries while PostgreSQL is away, then throws Unavailable.
    asio::awaitable<void> keep(InboundMessage message);

    asio::awaitable<ReplyPage> of_campaign(std::int64_t campaign_id, int limit, std::optional<std::int64_t> before);

private:
    asio::awaitable<void> keep_trying(InboundMessage message, std::chrono::steady_clock::time_point until);
    asio::awaitable<bool> try_once(const InboundMessage& message);
    asio::awaitable<void> keep_once(InboundMessage message);

    asio::any_io_executor executor_;
    Database& database_;
    std::chrono::milliseconds patience_;
    Tickets* tickets_;
    RecentCommits* recent_;
};

std::string_view name_of(Keyword keyword);

} // namespace waybill::db
