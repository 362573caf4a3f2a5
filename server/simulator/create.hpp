#pragma once

#include "server/simulator/access.hpp"
#include "server/simulator/messages.hpp"
#include "webhooks/form.hpp"

#include <variant>

namespace waybill::simulator
{

// Checks the parameters of a create as Twilio does, the magic numbers of the test credentials among them. The caller
// checks opt-outs.
std::variant<NewMessage, Refusal> check_create(const webhooks::Form& form, Clock::time_point now);

// `2026-03-31` or `2026-03-31T12:00:00Z`, UTC.
std::optional<Clock::time_point> parse_iso_time(const std::string& text);

} // namespace waybill::simulator
