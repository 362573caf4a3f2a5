#pragma once

#include "server/simulator/simulator.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

// What becomes of creates and messages: pure, the same for the same options (seed and shares) and index.
namespace waybill::simulator
{

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

} // namespace waybill::simulator
