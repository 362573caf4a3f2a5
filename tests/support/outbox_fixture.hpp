#pragma once

#include "db/outbox/outbox.hpp"
#include "db/outbox/senders.hpp"
#include "tests/support/claims.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace waybill::test
{

// The outbox as one process uses it, on a database of its own.
struct OutboxFixture
{
    TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Outbox outbox{database};
    db::Senders senders{database};

    db::Claim claim(db::ClaimRequest request) { return run(outbox.claim(std::move(request))); }
    std::vector<db::ClaimedMessage> claim(int limit) { return claim(claim_request(limit)).messages; }

    std::vector<std::int64_t> settle(const std::vector<db::SendOutcome>& outcomes)
    {
        return run(outbox.settle(outcomes));
    }

    void accept(const std::vector<db::ClaimedMessage>& messages);

    // A claim that knows a pace.
    static db::ClaimRequest paced_request(double per_second, int limit = 100)
    {
        db::ClaimRequest request = claim_request(limit);
        request.horizon = std::chrono::milliseconds(250);
        request.rate_of = [per_second](const std::string&) { return per_second; };
        return request;
    }
};

} // namespace waybill::test
