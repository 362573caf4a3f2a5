#include "server/sending/outcome_recorder.hpp"

#include "config/repeated_lines.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>
#include <vector>

namespace waybill::sending
{

namespace
{

constexpr std::chrono::seconds retry_interval{1};

} // namespace

OutcomeRecorder::OutcomeRecorder(asio::any_io_executor executor, db::Outbox outbox)
    : executor_(executor),
      outbox_(outbox),
      commits_(executor, [this](db::Batch<db::SendOutcome> outcomes) { return settle(std::move(outcomes)); })
{
}

asio::awaitable<void> OutcomeRecorder::record(db::SendOutcome outcome)
{
    for (;;) {
        const bool recorded = co_await try_to_record(outcome);
        if (recorded) co_return;
        asio::steady_timer pause(executor_, retry_interval);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<bool> OutcomeRecorder::try_to_record(const db::SendOutcome& outcome)
{
    db::SendOutcome copy = outcome;
    try {
        co_await commits_.write(std::move(copy));
        co_return true;
    }
    catch (const db::DataError&) {
        throw;
    }
    catch (const std::exception& error) {
        config::log_repeated(
            config::LogLevel::warning, "message.outcome_waits",
            {{"error", error.what()}, {"advice", "Waybill retries every second until PostgreSQL stores the outcome"}});
    }
    co_return false;
}

asio::awaitable<void> OutcomeRecorder::settle(db::Batch<db::SendOutcome> outcomes)
{
    const std::vector<std::int64_t> completed = co_await outbox_.settle(outcomes.items);
    for (const std::int64_t campaign : completed) {
        const auto [first, last] = campaign_waits_.equal_range(campaign);
        for (auto wait = first; wait != last; ++wait)
            wait->second->wake();
    }
}

asio::awaitable<void> OutcomeRecorder::wait_for_campaign(std::int64_t campaign_id,
                                                         std::chrono::steady_clock::time_point deadline)
{
    config::Wakeup sent(executor_);
    const auto place = campaign_waits_.emplace(campaign_id, &sent);
    co_await sent.wait_until(deadline);
    campaign_waits_.erase(place);
}

} // namespace waybill::sending
