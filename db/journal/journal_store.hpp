#pragma once

#include "db/journal/journal_records.hpp"
#include "db/journal/sqlite.hpp"
#include "db/types/types.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace waybill::db
{

// The file of the journal (journal.hpp says why it is an SQLite database), read and written by one thread; every
// call blocks. Throws std::runtime_error for what the disk does. A store that is no journal of ours, or turns out to be
// damaged, is put aside with a log line, and a new one is begun. On a full disk nothing can be appended, but what is
// there is read and removed: in memory alone as long as the file cannot shrink, and with the whole file at the end.
class JournalStore
{
public:
    JournalStore(std::filesystem::path directory, std::uint64_t max_bytes);

    void open(); // makes the directory
    void append(std::span<const Receipt> receipts);
    std::vector<JournaledReceipt> first(int limit);
    void remove_through(std::int64_t place);
    void set_aside(std::int64_t place);
    std::int64_t erase(std::string_view number); // from every receipt, those set aside included; returns how many
    void look_for_room();                        // after full(): whether the disk has room again

    // From any thread.
    std::int64_t records() const { return records_; }
    std::uint64_t bytes() const { return bytes_; }
    bool full() const { return full_; }

private:
    void open_file();
    void put_aside(const char* reason);
    template <class Job>
    auto unless_damaged(Job job);
    bool is_no_journal(const sqlite::Error& error) const;
    bool is_full_disk(const sqlite::Error& error) const;
    void open_on_full_disk(const sqlite::Error& error);
    sqlite::Connection connect(bool alone) const;
    void became_full(const std::string& reason);
    std::int64_t count_behind(std::int64_t place);
    void remove_from_file(std::int64_t place);
    void leave_file();
    void insert(std::span<const Receipt> receipts);
    std::vector<JournaledReceipt> read_first(int limit);
    void mark_aside(std::int64_t place);
    void measure();

    const std::filesystem::path directory_;
    const std::filesystem::path file_;
    const std::uint64_t max_bytes_;
    std::optional<sqlite::Connection> store_; // empty: not open yet, or the disk is full
    std::int64_t removed_through_ = 0;        // the file may still hold them
    std::atomic<std::int64_t> records_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<bool> full_{false};
};

} // namespace waybill::db
