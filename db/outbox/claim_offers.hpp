#pragma once

#include "db/outbox/claim.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The first half of a claim: what is to be sent now, and which senders may.
namespace waybill::db
{

class Transaction;

struct Offers
{
    struct Offer
    {
        std::int64_t campaign_id = 0; // 0: single messages
        std::string sender;
        bool known = false;     // the sender has a row
        std::int64_t price = 0; // of a segment; of single messages: each has its own
        bool budgeted = false;
        std::optional<int> quiet_in; // seconds
        std::string zones;           // only its messages to numbers of these time zones; empty: all
    };

    std::vector<Offer> list;
    std::vector<std::int64_t> canceled; // campaigns with messages left to be ended
    bool account_paused = false;        // and may be probed
};

Offers find_offers(Transaction& tx, const ClaimRequest& request);

struct LockedSenders
{
    std::vector<SenderTurn> turns; // senders that may send
    bool contended = false;        // another claim has locked one of them, or the account
    bool probes_account = false;   // one message in all
    Time now{};                    // PostgreSQL's clock, when `read_at`
    std::chrono::steady_clock::time_point read_at{};
};

// Locks the senders' rows, and the account's when it is to be probed, until the transaction ends.
LockedSenders lock_senders(Transaction& tx, const Offers& offers, const ClaimRequest& request);

} // namespace waybill::db
