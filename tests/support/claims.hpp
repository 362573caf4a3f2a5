#pragma once

#include "db/outbox/outbox.hpp"

#include <chrono>
#include <string>

namespace waybill::test
{

// For messages of senders that are so fast that their pace does not matter.
inline db::ClaimRequest claim_request(int limit, std::chrono::seconds lease = std::chrono::seconds(60))
{
    db::ClaimRequest request;
    request.limit = limit;
    request.lease = lease;
    request.horizon = std::chrono::seconds(1);
    request.rate_of = [](const std::string&) { return 1e6; };
    return request;
}

} // namespace waybill::test
