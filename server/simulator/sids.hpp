#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::simulator
{

// What is drawn for the nth create or message: each aspect has its own stream of the seed.
enum class Aspect : std::uint64_t
{
    create_fault = 1,
    outcome,
    error_code,
    early,
    reordered,
    lost,
    doubled = lost + 8,
    delay = doubled + 8,
    message_sid = delay + 8,
    inbound_sid,
    request_id,
    idempotency_token
};

// Aspects that are drawn for each step of a life.
constexpr Aspect at_step(Aspect aspect, unsigned step)
{
    return static_cast<Aspect>(static_cast<std::uint64_t>(aspect) + step);
}

// The finaliser of SplitMix64: one-to-one, every bit of the result depends on every bit given.
constexpr std::uint64_t mix(std::uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
}

// 64 even bits, the same for the same three.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t index, Aspect aspect)
{
    constexpr std::uint64_t golden_ratio = 0x9E3779B97F4A7C15U;
    return mix(mix(seed + golden_ratio * static_cast<std::uint64_t>(aspect)) + golden_ratio * (index + 1));
}

// At least 0, below 1.
constexpr double draw_unit(std::uint64_t seed, std::uint64_t index, Aspect aspect)
{
    return static_cast<double>(draw(seed, index, aspect) >> 11) * 0x1p-53;
}

// `prefix` and 32 hex digits that look random, differ for each index and lead back to it without a table.
std::string make_sid(std::string_view prefix, std::uint64_t seed, std::uint64_t index, Aspect aspect);

// The index that `make_sid` made this SID from, or empty when it did not.
std::optional<std::uint64_t> index_of_sid(std::string_view prefix, std::uint64_t seed, std::string_view sid,
                                          Aspect aspect);

// A version 4 UUID.
std::string make_uuid(std::uint64_t seed, std::uint64_t index, Aspect aspect);

} // namespace waybill::simulator
