#pragma once

#include "db/database.hpp"
#include "db/events.hpp"
#include "db/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace waybill::db
{

// A message that this process may POST, once, until its lease ends.
struct ClaimedMessage
{
    MessageId id = 0;
    std::int64_t campaign_id = 0;
    std::string sender; // E.164, or empty when the Messaging Service picks
    std::string recipient;
    std::string body;
    int segments = 1;
    int attempt = 1;
    bool opted_out = false; // since the upload: not to be sent
    bool settled = false;   // something is known about it already: not to be sent
};

// What became of a claimed message.
struct SendOutcome
{
    Event event;                 // kept and applied unless retry_at is set
    std::optional<Time> retry_at; // back into the outbox, free to be claimed from then on
};

// The rows that may still be POSTed.
class Outbox
{
public:
    explicit Outbox(Database& database) : database_(database) {}

    // Leases up to `limit` due messages of running campaigns, campaigns taking turns, and marks them `sending`. Committed when it completes.
    asio::awaitable<std::vector<ClaimedMessage>> claim(int limit, std::chrono::seconds lease);

    // Leases that ran out: nobody knows whether those requests left, so their messages become `unknown`. Returns how many.
    asio::awaitable<std::size_t> expire_leases();

    // Records outcomes in one transaction; idempotent. Returns the campaigns that have nothing left to send since.
    asio::awaitable<std::vector<std::int64_t>> settle(std::span<const SendOutcome> outcomes);

private:
    Database& database_;
};

} // namespace waybill::db
