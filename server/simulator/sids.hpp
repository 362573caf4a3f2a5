#pragma once

#include "server/simulator/draws.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::simulator
{

// `prefix` and 32 hex digits that look random, differ for each index and lead back to it without a table.
std::string make_sid(std::string_view prefix, std::uint64_t seed, std::uint64_t index, Aspect aspect);

// The index that `make_sid` made this SID from, or empty when it did not.
std::optional<std::uint64_t> index_of_sid(std::string_view prefix, std::uint64_t seed, std::string_view sid,
                                          Aspect aspect);

// A version 4 UUID.
std::string make_uuid(std::uint64_t seed, std::uint64_t index, Aspect aspect);

} // namespace waybill::simulator
