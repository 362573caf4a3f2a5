#pragma once

#include "db/types/types.hpp"

#include <optional>
#include <string_view>

namespace waybill::webhooks
{

// What of an inbound message tells whether it is a keyword.
struct KeywordSource
{
    std::string_view body;
    std::string_view opt_out_type; // OptOutType: what Twilio took it for; empty without Advanced Opt-Out
    std::string_view recipient;    // our number: on a toll-free one YES does not lift a stop
};

// Twilio's keywords. What Twilio took the message for counts; else the body counts when it is one keyword as a whole,
// in any case, with white space and punctuation around it or none.
std::optional<db::Keyword> read_keyword(const KeywordSource& source);

} // namespace waybill::webhooks
