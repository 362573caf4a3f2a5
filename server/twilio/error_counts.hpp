#pragma once

#include "server/twilio/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace waybill::twilio
{

// How often Twilio reported each error. Codes that errors.hpp does not describe are one count, so that their number is
// bounded.
class ErrorCounts
{
public:
    struct Count
    {
        int code = 0; // 0: all that are not described
        std::uint64_t times = 0;
    };

    ErrorCounts() : times_(all_errors().size()) {}

    void add(int code);
    std::vector<Count> seen() const; // those that were reported, by code

private:
    std::vector<std::uint64_t> times_; // in the order of all_errors()
    std::uint64_t others_ = 0;
};

} // namespace waybill::twilio
