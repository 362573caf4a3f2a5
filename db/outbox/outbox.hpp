#pragma once

#include "db/messages/history.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
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
    std::int64_t campaign_id = 0; // 0: a single message
    std::string sender;           // E.164, or empty when the Messaging Service picks
    std::string recipient;
    std::string body;
    int segments = 1;
    int attempt = 1;
    Time slot;                           // when it may leave, by PostgreSQL's clock
    std::optional<int> validity_seconds; // then it is not to be delivered any more: quiet hours begin
    bool budgeted = false;               // its campaign has a budget, which its segments were taken from
    bool probes_account = false;         // sent to see whether the fault that paused the account is mended
    bool probes_sender = false;          // the same for its sender
    bool resent = false;                 // it is unknown, and an operator wants it to be sent again
    bool opted_out = false;              // since the upload: not to be sent
    bool settled = false;                // something is known about it already: not to be sent
};

// How far this process is with a sender: it may be behind what it has claimed.
struct SenderProgress
{
    Time next_free;                 // by PostgreSQL's clock
    std::int64_t last_campaign = 0; // that had a turn
    Time claimed_until{};           // by this process
};

// What a claim found and left of a sender that it locked.
struct SenderClaimed
{
    Time until{};                   // its next free slot
    std::int64_t last_campaign = 0; // that had a turn
    bool is_shared = false;         // another process claims for it as well
};

struct ClaimRequest
{
    int limit = 0; // messages; 0 only looks
    std::chrono::seconds lease{120};
    std::chrono::milliseconds horizon{250};                   // only what may leave within it is claimed
    std::chrono::milliseconds probe_after{60'000};            // until the next probe, should this one tell nothing
    std::function<double(const std::string& sender)> rate_of; // segments a second; called on a DB thread
    std::map<std::string, SenderProgress> progress;           // by sender
    std::optional<Time> moment;                               // that schedules and quiet hours go by; empty: now
};

struct Claim
{
    std::vector<ClaimedMessage> messages; // by slot
    std::optional<Time> look_again;       // when there is room for more, by PostgreSQL's clock; empty: in its own time
    Time database_time{};                 // what PostgreSQL's clock said
    std::chrono::steady_clock::time_point read_at{}; // at this time here; the epoch: it was not read
    bool contended = false;                          // another claim was at a sender: worth another look very soon
    std::map<std::string, SenderClaimed> senders;
    std::vector<std::int64_t> budget_paused; // campaigns that were paused because their budget is used up
    std::vector<std::int64_t> canceled;      // campaigns that were canceled and have messages left to be ended
};

// What became of a claimed message: an event that ends it, or it goes back, or it is dropped because it has ended
// already.
struct SendOutcome
{
    Event event;                  // kept and applied unless the message goes back or is dropped
    std::optional<Time> retry_at; // back into the outbox, free to be claimed from then on
    bool dropped = false;
    int attempt = 0;              // of the claim: a later claim's row is left alone
    int segments_back = 0;        // to the campaign's budget; below 0: Twilio counts more than we
    std::int64_t campaign_id = 0; // when it has a budget, else 0
};

// Whether a claimed message may still leave.
enum class Permit
{
    send,
    opted_out,      // the recipient, since the claim
    settled,        // something is known about it, or its lease was lost
    held,           // its campaign was paused or canceled, or this process ends
    account_paused, // by a fault
    sender_paused
};

struct Claimed
{
    MessageId id = 0;
    int attempt = 0;
};

// The rows that may still be POSTed.
class Outbox
{
public:
    explicit Outbox(Database& database) : database_(database) {}

    // Leases due messages of senders and campaigns that may send now and marks them `sending`; reserves their slots
    // with their senders and their segments with their budgets. Committed when it completes.
    asio::awaitable<Claim> claim(ClaimRequest request);

    // New slots for messages that missed theirs, so that they do not leave between those of other processes. Returns
    // when the first one begins: not before that time.
    asio::awaitable<Time> reserve(std::string sender, std::chrono::microseconds length, Time not_before);

    // One for each, in their order.
    asio::awaitable<std::vector<Permit>> permits(std::vector<Claimed> messages);

    // Leases that ran out: nobody knows whether those requests left, so their messages become `unknown`. Returns how
    // many.
    asio::awaitable<std::size_t> expire_leases();

    // Ends up to `limit` free messages of canceled campaigns as `canceled`; unknown ones stay unknown. Returns how
    // many.
    asio::awaitable<std::size_t> end_canceled(std::vector<std::int64_t> campaigns, int limit);

    // Records outcomes in one transaction; idempotent. Returns the campaigns that have nothing left to send since.
    asio::awaitable<std::vector<std::int64_t>> settle(std::span<const SendOutcome> outcomes);

private:
    Database& database_;
};

} // namespace waybill::db
