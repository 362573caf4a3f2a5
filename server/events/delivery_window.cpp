#include "server/events/delivery_window.hpp"

#include <algorithm>
#include <utility>

namespace waybill::events
{

DeliveryWindow::DeliveryWindow(db::EventNumber position, std::vector<std::chrono::milliseconds> retries)
    : retries_(std::move(retries)), last_read_(position), kept_position_(position)
{
}

void DeliveryWindow::block(const std::vector<std::int64_t>& keys)
{
    blocked_.insert(keys.begin(), keys.end());
}

void DeliveryWindow::skip(const std::vector<db::EventNumber>& numbers)
{
    skipped_.insert(numbers.begin(), numbers.end());
}

void DeliveryWindow::add(db::EventPage page)
{
    for (db::Event& event : page.wanted) {
        if (skipped_.erase(event.number) > 0) continue;
        open_.insert(open_.end(), event.number);
        fresh_.push_back({std::move(event), 0, false});
    }
    last_read_ = std::max(last_read_, page.last);
}

void DeliveryWindow::add(std::vector<db::DueEvent> due)
{
    for (db::DueEvent& each : due) {
        if (!retried_.insert(each.event.number).second) continue;
        if (each.event.order_key) blocked_.insert(*each.event.order_key);
        due_.push_back({std::move(each.event), each.attempts, true});
    }
}

std::optional<Attempt> DeliveryWindow::take(bool only_retries)
{
    while (!due_.empty() || (!only_retries && !fresh_.empty())) {
        std::deque<Attempt>& queue = due_.empty() ? fresh_ : due_;
        Attempt attempt = std::move(queue.front());
        queue.pop_front();
        if (set_aside(attempt)) continue;
        if (attempt.event.order_key) in_flight_keys_.insert(*attempt.event.order_key);
        ++in_flight_;
        return attempt;
    }
    return std::nullopt;
}

// True when it must not leave yet.
bool DeliveryWindow::set_aside(Attempt& attempt)
{
    const auto key = attempt.event.order_key;
    if (!key) return false;
    if (!attempt.is_retry && blocked_.contains(*key)) {
        defer(attempt);
        return true;
    }
    if (!in_flight_keys_.contains(*key)) return false;
    parked_by_key_[*key].push_back(std::move(attempt));
    ++parked_;
    return true;
}

void DeliveryWindow::defer(const Attempt& attempt)
{
    db::DeliveryRecord record;
    record.number = attempt.event.number;
    record.order_key = attempt.event.order_key;
    record.state = db::DeliveryState::behind;
    records_.push_back(std::move(record));
    keys_.insert(*attempt.event.order_key);
}

void DeliveryWindow::finish(const Attempt& attempt, const Answer& answer)
{
    db::DeliveryRecord record;
    record.number = attempt.event.number;
    record.order_key = attempt.event.order_key;
    record.attempts = attempt.attempts + 1;
    record.milliseconds = static_cast<int>(answer.took.count());
    record.status = answer.status;
    record.answer = answer.text;
    failures_in_row_ = answer.accepted ? 0 : failures_in_row_ + 1;
    if (!answer.accepted) {
        const auto failed = static_cast<std::size_t>(attempt.attempts);
        record.state = failed < retries_.size() ? db::DeliveryState::waits : db::DeliveryState::failed;
        if (failed < retries_.size()) record.wait = retries_[failed];
        exhausted_ = exhausted_ || failed >= retries_.size();
        last_fault_ = answer.text;
    }
    if (const auto key = attempt.event.order_key) {
        in_flight_keys_.erase(*key);
        if (!answer.accepted) blocked_.insert(*key);
        if (blocked_.contains(*key)) keys_.insert(*key);
        unpark(*key);
    }
    records_.push_back(std::move(record));
    --in_flight_;
}

// Those that waited for the one in flight are looked at before all others, in their order.
void DeliveryWindow::unpark(std::int64_t key)
{
    const auto found = parked_by_key_.find(key);
    if (found == parked_by_key_.end()) return;
    std::deque<Attempt> parked = std::move(found->second);
    parked_by_key_.erase(found);
    parked_ -= parked.size();
    for (; !parked.empty(); parked.pop_back())
        (parked.back().is_retry ? due_ : fresh_).push_front(std::move(parked.back()));
}

db::EventNumber DeliveryWindow::position() const
{
    return open_.empty() ? last_read_ : *open_.begin() - 1;
}

db::Progress DeliveryWindow::take_progress()
{
    db::Progress progress;
    progress.records = std::exchange(records_, {});
    for (const db::DeliveryRecord& record : progress.records)
        open_.erase(record.number);
    progress.position = position();
    progress.keys.assign(keys_.begin(), keys_.end());
    keys_.clear();
    return progress;
}

void DeliveryWindow::kept(const db::Progress& progress, const std::vector<std::int64_t>& waiting_keys)
{
    kept_position_ = std::max(kept_position_, progress.position);
    for (const db::DeliveryRecord& record : progress.records)
        retried_.erase(record.number);
    const std::unordered_set<std::int64_t> waiting(waiting_keys.begin(), waiting_keys.end());
    for (const std::int64_t key : progress.keys)
        if (!waiting.contains(key) && !keys_.contains(key)) blocked_.erase(key);
}

} // namespace waybill::events
