#pragma once

#include "config/background_task.hpp"
#include "db/journal/recent_commits.hpp"
#include "db/journal/tickets.hpp"
#include "db/messages/inbound.hpp"
#include "db/postgres/database.hpp"
#include "db/receipts/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace waybill::tracking
{

namespace asio = boost::asio;

// When the history guard finds that the database has lost recent history, gives it back what this process keeps of it
// (JOURNAL_KEEP_MINUTES): messages whose requests may have left become unknown and are looked up at Twilio, receipts
// and replies are stored again. Then it says so; when all Waybills have, sending resumes. What it cannot give back is
// for an operator to decide.
class HistoryRecovery
{
public:
    struct Parts
    {
        db::Database& database;
        db::Tickets& tickets;
        db::RecentCommits& recent;
        db::ReceiptStore receipts;          // without tickets
        db::Inbound& replies;               // likewise
        std::function<bool()> is_sending;   // messages are in flight
        std::function<void()> has_look_ups; // for the reconciler
    };

    HistoryRecovery(asio::any_io_executor executor, Parts parts) : executor_(executor), parts_(std::move(parts)) {}

    config::BackgroundTask task();

    asio::awaitable<void> leave(); // says that this process ends, if the database answers

private:
    enum class Stage
    {
        whole,
        giving_back,
        looking_up,
        answered,
        undecidable // by this process: an operator decides
    };

    asio::awaitable<void> round();
    asio::awaitable<void> look();
    asio::awaitable<void> advance(std::string loss);
    asio::awaitable<void> give_back();
    asio::awaitable<void> give_up_claims();
    asio::awaitable<std::int64_t> store_receipts();
    asio::awaitable<void> store_one_by_one(std::vector<db::JournaledReceipt> receipts);
    asio::awaitable<void> wait_for_look_ups();
    asio::awaitable<void> answer();

    asio::any_io_executor executor_;
    Parts parts_;
    Stage stage_ = Stage::whole;
    std::vector<db::MessageId> given_up_;
    int rounds_ = 0; // since it last said that it runs
};

} // namespace waybill::tracking
