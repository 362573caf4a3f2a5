#pragma once

#include <string_view>

namespace waybill::simulator
{

enum class OptOutWord
{
    none,
    stop,
    start,
    help
};

// Twilio's default keywords: the whole text is the one word, in any case.
OptOutWord read_opt_out_word(std::string_view body);

// `STOP`, `START`, `HELP`: the OptOutType of an inbound message; empty for none.
std::string_view name_of(OptOutWord word);

} // namespace waybill::simulator
