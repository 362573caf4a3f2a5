#pragma once

#include "server/http/message.hpp"

#include <chrono>
#include <optional>

namespace waybill::twilio
{

// What a Retry-After header asks for: seconds, or an HTTP date, counted from the reply's own Date when it has one, so
// that a wrong clock here does not matter. Never negative; empty when absent or not understood.
std::optional<std::chrono::seconds> read_retry_after(const http::Headers& headers,
                                                     std::chrono::system_clock::time_point now);

} // namespace waybill::twilio
