#pragma once

#include "db/types/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace waybill::api
{

std::string to_iso8601(db::Time time); // UTC, to the second: 2026-03-31T12:00:00Z
void append_iso8601(std::string& text, db::Time time);

// `2026-03-31T12:00:00Z`, with an optional fraction and `+02:00` instead of Z. Empty when it is anything else
// or a time that db::Time cannot hold (before 1678, after 2261).
std::optional<db::Time> parse_iso8601(std::string_view text);

} // namespace waybill::api
