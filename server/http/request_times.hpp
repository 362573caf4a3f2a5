#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::http
{

// How long the requests of a route took, from their heads to their replies, counted as Prometheus counts.
class RequestTimes
{
public:
    using Duration = std::chrono::steady_clock::duration;

    static constexpr std::array<std::chrono::microseconds, 9> bounds = {
        std::chrono::microseconds(500),  std::chrono::milliseconds(1),   std::chrono::milliseconds(5),
        std::chrono::milliseconds(25),   std::chrono::milliseconds(100), std::chrono::milliseconds(500),
        std::chrono::milliseconds(2500), std::chrono::seconds(10),       std::chrono::seconds(60)};

    void add(Duration time)
    {
        std::size_t bucket = 0;
        while (bucket < bounds.size() && time > bounds[bucket])
            ++bucket;
        ++counts_[bucket];
        sum_ += time;
    }

    const std::array<std::uint64_t, bounds.size() + 1>& counts() const { return counts_; } // the last: above all bounds
    double sum_in_seconds() const { return std::chrono::duration<double>(sum_).count(); }

private:
    std::array<std::uint64_t, bounds.size() + 1> counts_{};
    Duration sum_{0};
};

struct RouteTimes
{
    std::string_view method, pattern;
    const RequestTimes* times = nullptr;
};

} // namespace waybill::http
