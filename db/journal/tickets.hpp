#pragma once

#include "config/background_task.hpp"
#include "db/journal/ticket_numbers.hpp"
#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace waybill::db
{

// What a commit carries. Raised in the transaction that it belongs to, confirmed when that has committed.
struct Ticket
{
    TicketWriter writer = TicketWriter::claims;
    std::string process; // empty: it takes no part
    std::int64_t number = 0;
    std::int64_t confirmed = 0; // the writer's last number whose commit was confirmed
    int lane = 0;               // in which its process counts receipts (receipt_counters)
};

// What a process has had confirmed, and what of it the database has.
struct TicketGap
{
    std::string process; // empty before begin()
    TicketNumbers confirmed, present;
    std::vector<std::string> gone; // other processes that it has seen before, whose rows are gone

    bool is_own() const; // whether anything of this process is missing
};

// The history guard: notices that the database has lost commits that it had confirmed, because an asynchronous standby
// was promoted or a backup was restored. Positions in the WAL would not do: another process may have moved on, a
// restored dump has positions of its own, and a pooler hides that the server is another one.
class Tickets
{
public:
    explicit Tickets(std::filesystem::path directory); // JOURNAL_DIR; opens nothing yet
    ~Tickets();

    // Compares what the directory holds with the database, and takes part from then on. Commits before that carry no
    // tickets. A directory that holds nothing proves nothing.
    asio::awaitable<void> begin(Database& database);

    // For the start of a claim's transaction. Returns what the database has lost, in one sentence; empty: nothing, or
    // an operator has decided about it. Notes the loss for every other process.
    std::string look(Transaction& tx);

    Ticket next(TicketWriter writer); // from any thread
    static bool raise(Transaction& tx,
                      const Ticket& ticket); // false: it took no part, or its row is evidence of a loss
    void confirm(const Ticket& ticket);      // once raised and committed

    asio::awaitable<void> save();                                // to the directory, if anything was confirmed
    config::BackgroundTask task(asio::any_io_executor executor); // saves once a second

    std::string loss() const; // as look() last found it
    TicketGap gap() const;    // likewise

    std::int64_t confirmed(TicketWriter writer) const;

    // Record that this process runs, once a minute, and that it ends as it should; neither does while something is
    // lost. The schema says more at history_answers.
    void say_alive(Transaction& tx);
    void say_ended(Transaction& tx);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::db
