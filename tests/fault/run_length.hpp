#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace waybill::test
{

// How long a fault run takes and what is drawn in it: WAYBILL_FAULT_SECONDS and WAYBILL_FAULT_SEED.
struct RunLength
{
    explicit RunLength(std::int64_t usual_seconds)
        : duration(number_from("WAYBILL_FAULT_SECONDS", usual_seconds)),
          seed(static_cast<std::uint64_t>(number_from("WAYBILL_FAULT_SEED", std::random_device{}())))
    {
    }

    std::chrono::seconds duration;
    std::uint64_t seed;

private:
    static std::int64_t number_from(const char* variable, std::int64_t otherwise)
    {
        const char* text = std::getenv(variable);
        return text == nullptr ? otherwise : std::stoll(text);
    }
};

} // namespace waybill::test
