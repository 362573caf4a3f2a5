#pragma once

#include "db/events/deliveries.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace waybill::events
{

// An event on its way to an endpoint.
struct Attempt
{
    db::Event event;
    int attempts = 0;      // before this one
    bool is_retry = false; // it has a delivery that waits
};

// How one attempt ended.
struct Answer
{
    bool accepted = false;
    std::optional<int> status;
    std::string text; // of a refusal, or why there was no answer
    std::chrono::milliseconds took{0};
};

// What is known of the deliveries to one endpoint between PostgreSQL and the network. Decides which event may leave
// next: the events of one message leave in order, one at a time, and wait while an earlier one waits. No I/O.
class DeliveryWindow
{
public:
    DeliveryWindow(db::EventNumber position, std::vector<std::chrono::milliseconds> retries);

    void block(const std::vector<std::int64_t>& keys);      // an earlier event of each waits in the database
    void skip(const std::vector<db::EventNumber>& numbers); // beyond the position, they have a delivery
    void add(db::EventPage page);                           // the next ones
    void add(std::vector<db::DueEvent> due);                // those whose time has come; known ones are skipped

    std::optional<Attempt> take(bool only_retries); // the next that may leave
    void finish(const Attempt& attempt, const Answer& answer);

    // What is to be kept; the position with it. Then what keeping it returned.
    db::Progress take_progress();
    void kept(const db::Progress& progress, const std::vector<std::int64_t>& waiting_keys);

    db::EventNumber last_read() const { return last_read_; }
    std::size_t to_send() const { return due_.size() + fresh_.size() + parked_; }
    bool has_progress() const { return !records_.empty() || position() > kept_position_; }
    std::size_t unkept() const { return records_.size(); }
    int in_flight() const { return in_flight_; }
    int failures_in_row() const { return failures_in_row_; }
    bool is_exhausted() const { return exhausted_; } // the last attempt of an event has failed
    const std::string& last_fault() const { return last_fault_; }

private:
    db::EventNumber position() const; // with what take_progress() hands out kept
    bool set_aside(Attempt& attempt);
    void defer(const Attempt& attempt);
    void unpark(std::int64_t key);

    std::vector<std::chrono::milliseconds> retries_;
    db::EventNumber last_read_;
    db::EventNumber kept_position_;
    std::deque<Attempt> due_; // retries
    std::deque<Attempt> fresh_;
    std::unordered_map<std::int64_t, std::deque<Attempt>> parked_by_key_; // behind one that is in flight
    std::size_t parked_ = 0;
    std::set<db::EventNumber> open_;              // read, and not in records that were taken
    std::unordered_set<db::EventNumber> skipped_; // not read yet
    std::unordered_set<db::EventNumber> retried_; // due ones that are not kept yet
    std::unordered_set<std::int64_t> in_flight_keys_;
    std::unordered_set<std::int64_t> blocked_; // something of theirs waits in the database
    std::unordered_set<std::int64_t> keys_;    // of the progress
    std::vector<db::DeliveryRecord> records_;
    int in_flight_ = 0;
    int failures_in_row_ = 0;
    bool exhausted_ = false;
    std::string last_fault_;
};

} // namespace waybill::events
