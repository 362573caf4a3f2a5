#include "db/outbox/claim_offers.hpp"

#include "db/outbox/senders.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <algorithm>
#include <set>

namespace waybill::db
{

namespace
{

constexpr std::chrono::seconds max_message_slots{30}; // at one a second: no message has so many segments

void make_missing_senders(Transaction& tx, const Offers& offers)
{
    ArrayLiteral missing;
    bool any = false;
    for (const Offers::Offer& offer : offers.list) {
        if (offer.known) continue;
        missing.add(offer.sender);
        any = true;
    }
    if (any) tx.exec("make_senders", missing.take());
}

// A time further ahead than messages can take was left by a clock that has been set back since.
SenderTurn read_turn(const pqxx::row& row, Time now, const ClaimRequest& request)
{
    SenderTurn turn;
    turn.sender = row["sender"].as<std::string>();
    turn.per_second = request.rate_of(turn.sender);
    turn.next = time_of(row["free_at"].as<std::int64_t>());
    turn.is_shared = turn.next > now;
    if (const auto own = request.senders.find(turn.sender); own != request.senders.end()) {
        turn.is_shared = turn.is_shared && turn.next != own->second.claimed_until;
        turn.next = std::max(turn.next, own->second.next);
        turn.last_campaign = own->second.last_campaign;
    }
    const std::chrono::duration<double> furthest = max_message_slots / turn.per_second + std::chrono::seconds(1);
    if (turn.next > now + furthest) turn.next = now;
    turn.next = std::max(turn.next, now);
    if (row["paused"].as<bool>()) turn.max_messages = 1;
    return turn;
}

} // namespace

Offers find_offers(Transaction& tx, const ClaimRequest& request)
{
    Offers offers;
    for (const pqxx::row& row : tx.exec("find_offers", micros(request.moment))) {
        Offers::Offer offer;
        offer.campaign_id = row["campaign_id"].as<std::int64_t>();
        if (row["canceled"].as<bool>()) {
            offers.canceled.push_back(offer.campaign_id);
            continue;
        }
        offer.sender = row["sender"].as<std::string>();
        offer.known = row["known"].as<bool>();
        offer.price = row["price_per_segment"].as<std::int64_t>();
        offer.budgeted = row["budgeted"].as<bool>();
        if (!row["quiet_in"].is_null()) offer.quiet_in = row["quiet_in"].as<int>();
        offer.zones = row["zones"].as<std::string>("");
        offers.account_paused = row["account_paused"].as<bool>();
        offers.list.push_back(std::move(offer));
    }
    return offers;
}

LockedSenders lock_senders(Transaction& tx, const Offers& offers, const ClaimRequest& request)
{
    make_missing_senders(tx, offers);
    std::set<std::string> names;
    for (const Offers::Offer& offer : offers.list)
        names.insert(offer.sender);
    if (offers.account_paused) names.insert(whole_account);
    ArrayLiteral list;
    for (const std::string& name : names)
        list.add(name);

    LockedSenders locked;
    bool account_may_send = !offers.account_paused;
    const pqxx::result rows = tx.exec("lock_senders", list.take());
    locked.read_at = std::chrono::steady_clock::now();
    locked.contended = static_cast<std::size_t>(rows.size()) < names.size();
    for (const pqxx::row& row : rows) {
        locked.now = time_of(row["now_at"].as<std::int64_t>());
        const bool paused = row["paused"].as<bool>();
        const bool may_send = !paused || row["may_be_probed"].as<bool>();
        if (row["sender"].as<std::string>() == whole_account) {
            account_may_send = may_send;
            locked.probes_account = paused;
        }
        else if (may_send)
            locked.turns.push_back(read_turn(row, locked.now, request));
    }
    if (!account_may_send) locked.turns.clear();
    return locked;
}

} // namespace waybill::db
