#pragma once

#include "db/journal/journal_store.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace waybill::db
{

// Where receipts wait on disk while PostgreSQL is away: an SQLite database in WAL mode with synchronous=FULL. It is the
// embedded store whose crash behaviour is tested best: a commit is one checksummed, fsynced append to its write-ahead
// log, a torn tail is cut at the next open, its size has a limit that is checked inside the transaction, and an
// operator can read it with `sqlite3`. Every record has a checksum of its own as well, for what the disk does later.
class Journal
{
public:
    // Opens nothing yet. `max_bytes` bounds the store.
    Journal(std::filesystem::path directory, std::uint64_t max_bytes);
    ~Journal();

    // All calls block only a thread of the journal's own. They throw Unavailable when the disk fails or the journal is
    // full.
    asio::awaitable<void>
    open(); // makes the directory; a store that is no journal is put aside with a log line, never fatal
    asio::awaitable<void> append(std::span<const Receipt> receipts,
                                 std::shared_ptr<const void> owner); // durable when it completes
    asio::awaitable<std::vector<JournaledReceipt>> first(int limit); // the oldest ones, in order
    asio::awaitable<void> remove_through(std::int64_t place);
    asio::awaitable<void> set_aside(std::int64_t place); // one that PostgreSQL refuses for good: kept, not replayed
    asio::awaitable<std::int64_t>
    erase(std::string number);             // a person's number from every receipt, also set-aside ones
    asio::awaitable<void> look_for_room(); // when it is full and empty: whether the disk has room again

    std::int64_t records() const; // waiting to be replayed
    std::uint64_t bytes() const;
    bool full() const; // nothing can be appended until there is room

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::db
