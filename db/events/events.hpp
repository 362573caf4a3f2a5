#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::db
{

using EventNumber = std::int64_t; // ascending in the order in which events are to be read

inline constexpr std::array<std::string_view, 21> event_kinds{
    "message.accepted", "message.sent",       "message.delivered", "message.undelivered", "message.failed",
    "message.read",     "message.unknown",    "message.canceled",  "campaign.started",    "campaign.paused",
    "campaign.resumed", "campaign.completed", "campaign.canceled", "reply.received",      "opt_out.created",
    "opt_out.lifted",   "sender.paused",      "sender.resumed",    "account.paused",      "account.resumed",
    "budget.reached"};

// What happened, with what is known of it now: of an erased person, the ids alone. What a kind does not have is empty.
struct Event
{
    EventNumber number = 0;
    Time at;
    std::string kind;
    std::optional<int> error_code;
    std::optional<MessageId> message_id;
    std::string recipient, sender, sid;
    int segments = 0;
    std::string campaign, campaign_name; // public id
    std::string reference, metadata_json;
    std::string person, to_address, body; // of a reply or an opt-out: the other side's number
    bool looks_like_opt_out = false;
    std::string source, object, reason;
    std::string principal;                 // who created it, or whose budget it is
    std::optional<std::int64_t> order_key; // events that have the same one are delivered in order
};

struct Numbered
{
    int count = 0;
    std::int64_t last = 0; // the place at which the last of them was written
};

// Moves what transactions have written into the order in which it is read, and reads it.
class Events
{
public:
    explicit Events(Database& database) : database_(database) {}

    // Numbers the oldest committed events that were written behind `above`, and records the start of campaigns whose
    // time has come. One process at a time does so; in the others nothing happens.
    asio::awaitable<Numbered> number(int limit, std::int64_t above = 0);

    asio::awaitable<std::vector<Event>> read(EventNumber above, int limit);
    asio::awaitable<EventNumber> newest();

    // Records that the feed is read: the events of messages are written for at least that long.
    asio::awaitable<void> want_feed(std::chrono::hours time);

    // Removes some of those older than that, with their deliveries; returns how many.
    asio::awaitable<std::int64_t> forget(Time before, int limit);

private:
    Database& database_;
};

} // namespace waybill::db
