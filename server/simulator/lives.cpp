#include "server/simulator/lives.hpp"

#include "server/simulator/sids.hpp"

#include <array>
#include <string>
#include <utility>

namespace waybill::simulator
{

namespace
{

// In realistic proportions: carriers filter rarely, or the campaign would have to be stopped.
constexpr std::array<std::uint16_t, 10> undelivered_codes{30003, 30003, 30003, 30003, 30003,
                                                          30005, 30005, 30006, 30006, 30007};
constexpr std::uint16_t unknown_carrier_error = 30008;
constexpr unsigned max_callbacks = 3;

bool happens(double share, std::uint64_t seed, std::uint64_t index, Aspect aspect)
{
    return share > 0 && draw_unit(seed, index, aspect) < share;
}

std::uint8_t draw_each_callback(double share, std::uint64_t seed, std::uint64_t message, Aspect aspect)
{
    unsigned bits = 0;
    for (unsigned callback = 0; callback < max_callbacks; ++callback)
        if (happens(share, seed, message, at_step(aspect, callback))) bits |= 1U << callback;
    return static_cast<std::uint8_t>(bits);
}

} // namespace

std::string_view name_of(Status status)
{
    constexpr std::array<std::string_view, 8> names{"scheduled", "accepted",    "queued", "sent",
                                                    "delivered", "undelivered", "failed", "canceled"};
    return names[static_cast<std::size_t>(status)];
}

bool is_final(Status status)
{
    return status >= Status::delivered;
}

CreateFault draw_create_fault(const SimulatorOptions& options, std::uint64_t create)
{
    const std::array<std::pair<double, CreateFault>, 5> faults{{
        {options.throttle_share, CreateFault::throttled},
        {options.error_before_share, CreateFault::error_before},
        {options.error_after_share, CreateFault::error_after},
        {options.cut_before_share, CreateFault::cut_before},
        {options.cut_after_share, CreateFault::cut_after},
    }};
    double left = draw_unit(options.seed, create, Aspect::create_fault);
    for (const auto& [share, fault] : faults) {
        if (left < share) return fault;
        left -= share;
    }
    return CreateFault::none;
}

bool makes_a_message(CreateFault fault)
{
    return fault == CreateFault::none || fault == CreateFault::error_after || fault == CreateFault::cut_after;
}

Life draw_life(const SimulatorOptions& options, std::uint64_t message, bool queues)
{
    const std::uint64_t seed = options.seed;
    Life life;
    life.queues = queues;
    const double outcome = draw_unit(seed, message, Aspect::outcome);
    if (outcome < options.failed_share) {
        life.end = Status::failed;
        life.error_code = unknown_carrier_error;
    }
    else if (outcome < options.failed_share + options.undelivered_share) {
        life.end = Status::undelivered;
        life.error_code = undelivered_codes[draw(seed, message, Aspect::error_code) % undelivered_codes.size()];
    }
    life.early = happens(options.early_share, seed, message, Aspect::early);
    life.reordered = happens(options.reorder_share, seed, message, Aspect::reordered);
    life.lost = draw_each_callback(options.loss_share, seed, message, Aspect::lost);
    life.doubled = draw_each_callback(options.duplicate_share, seed, message, Aspect::doubled);
    return life;
}

void follow_number(Life& life, std::string_view to)
{
    for (const std::uint16_t code : undelivered_codes)
        if (to.ends_with(std::to_string(code))) {
            life.end = Status::undelivered;
            life.error_code = code;
        }
}

std::vector<Step> steps_of(const Life& life)
{
    const auto reporting = [&life](unsigned callback) {
        if (life.lost >> callback & 1U) return Reporting::lost;
        return life.doubled >> callback & 1U ? Reporting::twice : Reporting::once;
    };
    std::vector<Step> steps;
    steps.reserve(max_callbacks + 1);
    if (life.queues) steps.push_back({Status::queued, reporting(0), true});
    const bool is_sent = life.end == Status::delivered || life.end == Status::undelivered;
    if (is_sent) steps.push_back({Status::sent, life.reordered ? Reporting::not_yet : reporting(1), true});
    steps.push_back({life.end, reporting(2), true});
    if (is_sent && life.reordered) steps.push_back({Status::sent, reporting(1), false});
    return steps;
}

std::chrono::milliseconds draw_delay(const SimulatorOptions& options, std::uint64_t message, unsigned step)
{
    const double factor = 0.5 + draw_unit(options.seed, message, at_step(Aspect::delay, step));
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(factor * static_cast<double>(options.callback_latency.count())));
}

} // namespace waybill::simulator
