#pragma once

#include <string>
#include <string_view>

namespace waybill::db
{

// The other parameters of a receipt as the history keeps them: without those that its message already has.
struct LeanExtra
{
    std::string json;    // empty when there are none
    std::string sent_to; // To, when it was left out: it must be the message's recipient; empty: nothing was left out
};

// `extra_json` is an object with sorted names, as the receipt has it. To and ApiVersion are left out when both are as
// usual; then the rest stands in an array, which whole_extra() in the schema undoes.
LeanExtra lean(std::string_view extra_json);

} // namespace waybill::db
