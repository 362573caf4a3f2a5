#pragma once

#include "server/simulator/simulator.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What becomes of creates and messages: pure, the same for the same options (seed and shares) and index.
namespace waybill::simulator
{

using Clock = std::chrono::system_clock;

enum class Status : std::uint8_t
{
    scheduled,
    accepted,
    queued,
    sent,
    delivered,
    undelivered,
    failed,
    canceled
};

std::string_view name_of(Status status);
bool is_final(Status status);

enum class CreateFault
{
    none,
    throttled,    // 429
    error_before, // 500, nothing accepted
    error_after,  // accepted, yet 503
    cut_before,   // closed without a reply, nothing accepted
    cut_after     // accepted, closed without a reply
};

CreateFault draw_create_fault(const SimulatorOptions& options, std::uint64_t create);
bool makes_a_message(CreateFault fault);

// What is to become of a message, settled when it is accepted.
struct Life
{
    Status end = Status::delivered;
    std::uint16_t error_code = 0; // of the end
    bool queues = false;          // goes through `queued` (a Messaging Service accepted it)
    bool early = false;           // the first callback goes out before the create is answered
    bool reordered = false;       // `sent` is reported after the end
    std::uint8_t lost = 0;        // one bit per callback
    std::uint8_t doubled = 0;     // one bit per callback
};

Life draw_life(const SimulatorOptions& options, std::uint64_t message, bool queues);

// A number that ends in the code of a delivery error (…30003) is not reached, for that reason: a demo and a test can
// count on it.
void follow_number(Life& life, std::string_view to);

enum class Reporting : std::uint8_t
{
    not_yet, // reported by a later step
    lost,
    once,
    twice
};

struct Step
{
    Status status;
    Reporting reporting;
    bool moves; // false: only reports a status that has passed

    bool operator==(const Step&) const = default;
};

std::vector<Step> steps_of(const Life& life);

// The time before a step: half to one and a half times the mean, so that every wait has a bound.
std::chrono::milliseconds draw_delay(const SimulatorOptions& options, std::uint64_t message, unsigned step);

// What a valid create asked for.
struct NewMessage
{
    std::string to;      // E.164
    std::string from;    // empty when the service picks
    std::string service; // MessagingServiceSid, or empty
    std::string body;
    std::string status_callback; // empty: no callbacks
    std::optional<Clock::time_point> send_at;
};

// One message, kept small: a simulator holds a million.
class Message
{
public:
    Message(const NewMessage& content, Clock::time_point now);

    std::uint64_t to_digits;
    std::int64_t arrived;           // Unix microseconds
    std::uint32_t created, updated; // Unix seconds
    std::uint32_t sent = 0;         // 0: not yet
    std::uint16_t segments = 1;
    Status status = Status::queued;
    std::uint8_t next_step = 0;    // of its life
    bool over = false;             // its life and its callbacks have ended
    std::uint8_t acknowledged = 0; // callbacks
    Life life;

    std::string to() const;
    std::string_view from() const { return part(0, from_end_); }
    std::string_view service() const { return part(from_end_, service_end_); }
    std::string_view body() const { return part(service_end_, body_end_); }
    std::string_view status_callback() const { return part(body_end_, text_.size()); }

    void move_to(Status next, std::uint32_t now);
    // A service picks the sender and counts the segments when the message leaves it.
    bool has_left_service() const { return service().empty() || next_step > 0; }
    std::string_view sender() const; // empty until the service has picked one
    bool is_priced() const { return status == Status::delivered || status == Status::undelivered; }
    bool failed() const { return status == Status::undelivered || status == Status::failed; }

private:
    std::string_view part(std::size_t begin, std::size_t end) const;

    std::string text_; // from, service, body and callback in one allocation
    std::uint16_t from_end_, service_end_, body_end_;
};

struct ListQuery
{
    std::optional<std::uint64_t> to_digits;
    std::string from;
    std::optional<std::int64_t> sent_from, sent_before; // Unix seconds
    std::optional<std::uint64_t> older_than;            // index of the last message of the page before
    std::size_t page_size = 50;
};

struct MessagePage
{
    std::vector<std::uint64_t> indices; // newest first
    bool more = false;
};

// The messages of the account by index, in the order created; the oldest are forgotten beyond `limit`.
class Messages
{
public:
    Messages(std::uint64_t seed, std::size_t limit) : seed_(seed), limit_(limit) {}

    bool has_room() const; // false while the oldest message, to be forgotten next, still lives
    std::uint64_t add(Message message);
    Message* find(std::uint64_t index); // null when forgotten
    std::optional<std::uint64_t> index_of(std::string_view sid) const;
    std::string sid_of(std::uint64_t index) const;

    std::uint64_t begin() const { return forgotten_; }
    std::uint64_t end() const { return forgotten_ + messages_.size(); }
    MessagePage list(const ListQuery& query) const;

private:
    std::uint64_t seed_;
    std::size_t limit_;
    std::uint64_t forgotten_ = 0;
    std::deque<Message> messages_;
};

// The digits behind the `+`; empty when it is no E.164 number.
std::optional<std::uint64_t> digits_of(std::string_view e164);

std::uint32_t unix_seconds(Clock::time_point time);

} // namespace waybill::simulator
