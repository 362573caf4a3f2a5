#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::access
{

// What failed sign-ins are counted by. Each count is a row in PostgreSQL, so that all processes share it.
enum class Counted
{
    account_and_address,
    address, // of IPv6: its /64
    account
};

struct FailureCount
{
    Counted what;
    std::string key;
};

// The rows of one attempt. A browser that has signed in to the account before is not slowed down by what others do to
// the account.
std::vector<FailureCount> counts_of(std::string_view email, std::string_view address, bool is_known_browser);

// How long after the last of so many failures the next attempt is refused without a look at the password.
std::chrono::seconds delay_after(Counted what, int failures);

} // namespace waybill::access
