#pragma once

#include "db/requests/budgets.hpp"
#include "db/types/types.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

class Transaction;

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
    std::optional<int> validity_seconds; // quiet hours begin then: Twilio must not deliver it any later
    bool budgeted = false;               // its campaign has a budget, and its segments were deducted from it
    std::int64_t day_price = 0;          // of a segment that the day's budget paid for; 0: it paid for none
    bool probes_account = false;         // sent to find out whether the fault that paused the account is fixed
    bool probes_sender = false;          // the same for its sender
    bool resent = false;                 // it is unknown, and an operator wants it to be sent again
    bool opted_out = false;              // its recipient has opted out since the upload: not to be sent
    bool settled = false;                // its outcome is known already: not to be sent
    bool unsent = false;                 // its permit must be renewed before it leaves
};

// Where a sender stands. This process passes in how far it is, a claim moves it on, and the next claim gets it back.
// A message occupies as many slots as it has segments, each of 1/per_second.
struct SenderTurn
{
    std::string sender;
    double per_second = 1;
    Time next;                       // its next free slot, by PostgreSQL's clock
    std::int64_t last_campaign = 0;  // the campaign that had the last turn
    Time claimed_until{};            // by this process
    bool is_shared = false;          // another process claims for it as well
    std::optional<int> max_messages; // 1 while the claim only probes whether the sender works again
};

struct ClaimRequest
{
    int limit = 0; // messages; 0 only looks
    std::chrono::seconds lease{120};
    std::chrono::milliseconds horizon{250};                   // only messages that may leave within it are claimed
    std::chrono::milliseconds permit_lasts{50};               // a message whose slot is later renews its permit
    std::chrono::milliseconds probe_after{60'000};            // until the next probe if this one is inconclusive
    std::function<double(const std::string& sender)> rate_of; // segments a second; called on a DB thread
    std::map<std::string, SenderTurn> senders; // as this process left them: next, last_campaign, claimed_until
    std::optional<Time> moment;                // for schedules, quiet hours and days; empty: now
    std::optional<DayBudget> day_budget;
};

struct Claim
{
    std::string history_lost; // what the database lacks of what it has confirmed, in one sentence: nothing was claimed
    std::vector<ClaimedMessage> messages; // by slot
    std::optional<Time> look_again; // when there is room for more, by PostgreSQL's clock; empty: at the usual time
    Time database_time{};           // PostgreSQL's clock at `read_at`
    std::chrono::steady_clock::time_point read_at{}; // the epoch: PostgreSQL's clock was not read
    bool contended = false;                          // another claim held a sender: look again very soon
    std::map<std::string, SenderTurn> senders;       // that this claim locked
    std::vector<std::int64_t> budget_paused;         // campaigns that were paused because their budget is used up
    bool day_used_up = false;                        // messages wait for the next day
    std::vector<std::int64_t> canceled;              // canceled campaigns that still have messages in the outbox
};

// Outbox::claim in a transaction. Locks in the order that migrations/1000_schema.sql names.
Claim claim_messages(Transaction& tx, const ClaimRequest& request);

} // namespace waybill::db
