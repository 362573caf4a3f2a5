#include "db/outbox/claim.hpp"

#include "db/outbox/claim_offers.hpp"
#include "db/outbox/claim_plan.hpp"
#include "db/outbox/free_queues.hpp"
#include "db/outbox/senders.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace waybill::db
{

namespace
{

constexpr int max_validity_seconds = 36'000; // Twilio's own default

// One claim, step by step; each step locks what the next one relies on.
class Claiming
{
public:
    Claiming(Transaction& tx, const ClaimRequest& request) : tx_(tx), request_(request) {}

    Claim make()
    {
        Offers offers = find_offers(tx_, request_);
        claim_.canceled = std::move(offers.canceled);
        if (offers.list.empty() || request_.limit <= 0) return std::move(claim_);
        LockedSenders locked = lock_senders(tx_, offers, request_);
        claim_.contended = locked.contended;
        if (locked.turns.empty()) return std::move(claim_);
        offers_ = std::move(offers.list);
        begin(std::move(locked));
        std::optional<std::int64_t> day_left;
        if (day_) day_left = day_->left(*request_.day_budget);
        const ClaimPlan plan = plan_claim(senders_, find_free(), until_, max_messages(), day_left);
        if (!plan.messages.empty()) take(plan);
        if (day_) charge_day(plan);
        for (SenderTurn& turn : senders_) {
            turn.claimed_until = turn.next = time_of(micros(turn.next));
            claim_.senders[turn.sender] = turn;
        }
        if (!plan.spent.empty()) pause_spent(plan.spent);
        plan_next_look(plan);
        return std::move(claim_);
    }

private:
    void begin(LockedSenders locked);
    std::vector<FreeQueue> find_free();
    std::map<std::int64_t, std::int64_t> lock_budgets() const;
    std::optional<std::size_t> place_of(const std::string& sender) const;
    int max_messages() const { return probes_account_ ? 1 : request_.limit; }
    int share_of(const SenderTurn& sender, std::size_t queues) const;
    void take(const ClaimPlan& plan);
    bool is_late(Time slot) const { return slot - claim_.database_time > request_.permit_lasts; }
    void put_off_probes(const std::set<std::size_t>& senders) const;
    ClaimedMessage read_claimed(const pqxx::row& row, const ClaimPlan::Message& planned) const;
    void charge_day(const ClaimPlan& plan);
    void pause_spent(const std::vector<ClaimPlan::Spent>& spent);
    void plan_next_look(const ClaimPlan& plan);

    Transaction& tx_;
    const ClaimRequest& request_;
    Claim claim_;
    std::vector<Offers::Offer> offers_;
    std::vector<SenderTurn> senders_; // locked, and they may send
    bool probes_account_ = false;
    Time until_;
    std::optional<BudgetDay> day_; // locked
    bool day_used_up_ = false;
};

void Claiming::begin(LockedSenders locked)
{
    claim_.database_time = locked.now;
    claim_.read_at = locked.read_at;
    senders_ = std::move(locked.turns);
    probes_account_ = locked.probes_account;
    until_ = locked.now + request_.horizon;
    if (!request_.day_budget) return;
    day_ = lock_day(tx_, *request_.day_budget, request_.moment);
    day_used_up_ = day_->is_used_up(*request_.day_budget);
}

std::optional<std::size_t> Claiming::place_of(const std::string& sender) const
{
    const auto found = std::ranges::find(senders_, sender, &SenderTurn::sender);
    if (found == senders_.end() || found->next >= until_) return std::nullopt;
    return static_cast<std::size_t>(found - senders_.begin());
}

// Its share when all its queues are full; if one holds less, the next claim makes up for it.
int Claiming::share_of(const SenderTurn& sender, std::size_t queues) const
{
    const std::chrono::duration<double> room = until_ - sender.next;
    const double slots = std::min(std::ceil(room.count() * sender.per_second), static_cast<double>(max_messages()));
    return static_cast<int>(std::ceil(std::max(slots, 1.0) / static_cast<double>(queues)));
}

std::vector<FreeQueue> Claiming::find_free()
{
    std::map<std::string, std::set<std::int64_t>> queues_of;
    for (const Offers::Offer& offer : offers_)
        queues_of[offer.sender].insert(offer.campaign_id);
    const std::map<std::int64_t, std::int64_t> budgets = lock_budgets();
    FreeQueues free;
    for (const Offers::Offer& offer : offers_) {
        const std::optional<std::size_t> sender = place_of(offer.sender);
        if (!sender || (day_used_up_ && offer.campaign_id != 0)) continue;
        const std::size_t queues = offer.campaign_id == 0 ? 1 : queues_of[offer.sender].size();
        const auto budget = budgets.find(offer.campaign_id);
        free.add(offer, *sender, share_of(senders_[*sender], queues),
                 budget == budgets.end() ? std::nullopt : std::optional(budget->second));
    }
    std::optional<std::string> day;
    if (day_) day = day_->date;
    return free.read(tx_, request_.moment, day, day_used_up_);
}

std::map<std::int64_t, std::int64_t> Claiming::lock_budgets() const
{
    ArrayLiteral campaigns;
    bool any = false;
    for (const Offers::Offer& offer : offers_) {
        if (!offer.budgeted || !place_of(offer.sender)) continue;
        campaigns.add(offer.campaign_id);
        any = true;
    }
    std::map<std::int64_t, std::int64_t> budgets;
    if (!any) return budgets;
    for (const pqxx::row& row : tx_.exec("lock_budgets", campaigns.take()))
        budgets[row[0].as<std::int64_t>()] = row[1].as<std::int64_t>();
    return budgets;
}

void Claiming::take(const ClaimPlan& plan)
{
    ArrayLiteral ids, unsent, names, free_times;
    std::unordered_map<MessageId, const ClaimPlan::Message*> planned;
    std::set<std::size_t> used;
    std::optional<std::string> day;
    if (day_) day = day_->date;
    for (const ClaimPlan::Message& message : plan.messages) {
        ids.add(message.id);
        unsent.add(is_late(message.slot));
        planned.emplace(message.id, &message);
        used.insert(message.sender);
    }
    for (const std::size_t sender : used) {
        names.add(senders_[sender].sender);
        free_times.add(micros(senders_[sender].next));
    }
    for (const pqxx::row& row : tx_.exec("claim_messages", ids.take(), static_cast<int>(request_.lease.count()),
                                         names.take(), free_times.take(), micros(request_.moment), unsent.take(), day))
        claim_.messages.push_back(read_claimed(row, *planned.at(row["id"].as<MessageId>())));
    std::ranges::sort(claim_.messages, {}, &ClaimedMessage::slot);
    put_off_probes(used);
}

void Claiming::put_off_probes(const std::set<std::size_t>& senders) const
{
    ArrayLiteral probed;
    bool any = probes_account_;
    if (probes_account_) probed.add(std::string_view(whole_account));
    for (const std::size_t sender : senders) {
        if (!senders_[sender].max_messages) continue;
        probed.add(senders_[sender].sender);
        any = true;
    }
    if (any) tx_.exec("put_off_probe", probed.take(), request_.probe_after.count() * 1'000);
}

ClaimedMessage Claiming::read_claimed(const pqxx::row& row, const ClaimPlan::Message& planned) const
{
    const SenderTurn& turn = senders_[planned.sender];
    ClaimedMessage message;
    message.id = planned.id;
    message.campaign_id = row["campaign_id"].as<std::int64_t>();
    message.sender = turn.sender;
    message.recipient = row["recipient"].as<std::string>();
    message.body = row["body"].as<std::string>();
    message.segments = row["segments"].as<int>();
    message.attempt = row["attempts"].as<int>();
    message.slot = planned.slot;
    message.unsent = is_late(planned.slot);
    if (day_) message.day_price = planned.price;
    message.probes_account = probes_account_;
    message.probes_sender = turn.max_messages.has_value();
    message.resent = row["resent"].as<bool>();
    message.opted_out = row["opted_out"].as<bool>();
    message.settled = row["settled"].as<bool>();
    std::optional<int> quiet_in;
    if (!row["quiet_in"].is_null()) quiet_in = row["quiet_in"].as<int>();
    const std::string zones = row["zones"].as<std::string>("");
    const auto offer = std::ranges::find_if(offers_, [&](const Offers::Offer& each) {
        return message.campaign_id != 0 && each.campaign_id == message.campaign_id &&
               (each.zones.empty() || each.zones == zones);
    });
    if (offer != offers_.end()) {
        message.budgeted = offer->budgeted;
        quiet_in = offer->quiet_in;
    }
    if (quiet_in && *quiet_in < max_validity_seconds) message.validity_seconds = quiet_in;
    return message;
}

void Claiming::charge_day(const ClaimPlan& plan)
{
    spend_day(tx_, *request_.day_budget, *day_, plan.day_cost, plan.day_short);
    claim_.day_used_up = day_used_up_ || plan.day_short.has_value();
}

void Claiming::pause_spent(const std::vector<ClaimPlan::Spent>& spent)
{
    ArrayLiteral campaigns, segments;
    for (const ClaimPlan::Spent& each : spent) {
        campaigns.add(each.campaign_id);
        segments.add(each.segments);
    }
    for (const pqxx::row& row : tx_.exec("pause_spent", campaigns.take(), segments.take()))
        claim_.budget_paused.push_back(row[0].as<std::int64_t>());
}

// When half of what was claimed ahead has left, so that each claim fetches several messages. A sender that could send
// but had nothing to claim is looked at again at the usual time.
void Claiming::plan_next_look(const ClaimPlan& plan)
{
    std::set<std::size_t> used;
    for (const ClaimPlan::Message& message : plan.messages)
        used.insert(message.sender);
    for (std::size_t sender = 0; sender < senders_.size(); ++sender) {
        const SenderTurn& turn = senders_[sender];
        if (turn.max_messages || probes_account_) continue;
        if (!used.contains(sender) && turn.next < until_) continue;
        const Time look = turn.next - request_.horizon / 2;
        claim_.look_again = std::min(claim_.look_again.value_or(look), look);
    }
}

} // namespace

Claim claim_messages(Transaction& tx, const ClaimRequest& request)
{
    return Claiming(tx, request).make();
}

} // namespace waybill::db
