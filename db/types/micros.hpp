#pragma once

#include "db/types/types.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

// A time as statements bind and return it: microseconds since 1970.
namespace waybill::db
{

inline std::int64_t micros(Time time)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

// Empty is NULL.
inline std::optional<std::int64_t> micros(const std::optional<Time>& time)
{
    if (!time) return std::nullopt;
    return micros(*time);
}

inline Time time_of(std::int64_t micros)
{
    return Time(std::chrono::microseconds(micros));
}

} // namespace waybill::db
