#pragma once

#include "db/types/types.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace waybill::recipients
{

// What makes messages more expensive than their text does: characters of the list that need UCS-2.
struct DataCharacters
{
    static constexpr std::size_t max_examples = 5;

    struct Example
    {
        std::int64_t row = 0, line = 0;
        std::string customer_name;
        std::string characters; // each once
    };

    std::int64_t messages = 0;   // that need UCS-2
    std::int64_t made_plain = 0; // of these, the ones that plain characters would change to GSM-7
    std::vector<Example> examples;
};

// The same batches, with their messages counted. `found` outlives the reading.
db::NextBatch with_counted_characters(db::NextBatch next, DataCharacters& found);

// The characters of the text that GSM-7 lacks, each once, in their order.
std::string beyond_gsm7(std::string_view text);

} // namespace waybill::recipients
