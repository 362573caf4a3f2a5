#pragma once

#include "db/types/types.hpp"

#include <optional>
#include <string_view>

namespace waybill::webhooks
{

// The parts of an inbound message that make it a keyword.
struct KeywordSource
{
    std::string_view body;
    std::string_view opt_out_type; // OptOutType: Twilio's own reading; empty without Advanced Opt-Out
    std::string_view recipient;    // our number: on a toll-free one YES does not lift a stop
};

// Twilio's reading comes first. Otherwise a stop word counts alone, repeated, or with politeness around it; a start or
// help word counts only alone. Case, accents, punctuation and emoji do not matter.
std::optional<db::Keyword> read_keyword(const KeywordSource& source);

// Whether a person who reads the text would take its author off the list ("take me off", "wrong number"), although it
// is no keyword. Too risky for a machine to act on, so that it only marks the text for an operator.
bool looks_like_opt_out(std::string_view body);

} // namespace waybill::webhooks
