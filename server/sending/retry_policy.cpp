#include "server/sending/retry_policy.hpp"

#include <algorithm>

namespace waybill::sending
{

namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_backoff = 500ms;
constexpr std::chrono::milliseconds longest_backoff = 30s;
constexpr int doublings_to_longest = 6; // 500 ms * 2^6 = 32 s
constexpr std::chrono::seconds longest_retry_after = 24h;

} // namespace

std::chrono::milliseconds retry_delay(int attempt, std::optional<std::chrono::seconds> retry_after, double random)
{
    int doublings = std::clamp(attempt - 1, 0, doublings_to_longest);
    auto backoff = std::min(first_backoff * (1 << doublings), longest_backoff);
    auto jittered = std::chrono::duration_cast<std::chrono::milliseconds>(backoff * random);
    return std::clamp(retry_after.value_or(0s), 0s, longest_retry_after) + jittered;
}

} // namespace waybill::sending
