#pragma once

#include "config/wakeup.hpp"
#include "db/outbox/outbox.hpp"
#include "db/postgres/group_commit.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <map>

namespace waybill::sending
{

namespace asio = boost::asio;

// Records what became of messages, by group commit, and wakes those who wait for a campaign to be sent.
class OutcomeRecorder
{
public:
    OutcomeRecorder(asio::any_io_executor executor, db::Outbox outbox);

    // Completes when the outcome is stored, however long PostgreSQL is away: Twilio's answer must not be lost. Throws
    // DataError when PostgreSQL refuses this very outcome.
    asio::awaitable<void> record(db::SendOutcome outcome);

    // Completes when an outcome recorded here leaves the campaign with nothing to send, or at the deadline.
    asio::awaitable<void> wait_for_campaign(std::int64_t campaign_id, std::chrono::steady_clock::time_point deadline);

private:
    asio::awaitable<bool> try_to_record(const db::SendOutcome& outcome);
    asio::awaitable<void> settle(db::Batch<db::SendOutcome> outcomes);

    asio::any_io_executor executor_;
    db::Outbox outbox_;
    db::GroupCommit<db::SendOutcome> commits_;
    std::multimap<std::int64_t, config::Wakeup*> campaign_waits_;
};

} // namespace waybill::sending
