#include "db/journal/journal_store.hpp"

#include "config/log.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <unistd.h>
#include <utility>

namespace waybill::db
{

using config::log;
using config::LogLevel;
using namespace journal_records;

namespace
{

constexpr std::int64_t page_bytes = 4'096;
constexpr std::uintmax_t room_to_open = 1 << 20; // bytes: far more than opening writes

bool is_damage(const sqlite::Error& error)
{
    return error.result() == SQLITE_NOTADB || error.result() == SQLITE_CORRUPT;
}

// What does not fit shows itself when the store is opened, not when PostgreSQL is away.
void prove_usable(sqlite::Connection& store)
{
    const sqlite::Transaction may_write(store);
    const sqlite::Query may_insert(store, insert_receipt);
    const sqlite::Query may_select(store, select_first);
}

} // namespace

JournalStore::JournalStore(std::filesystem::path directory, std::uint64_t max_bytes)
    : directory_(std::move(directory)), file_(directory_ / "receipts.sqlite"), max_bytes_(max_bytes)
{
}

void JournalStore::open()
{
    std::filesystem::create_directories(directory_);
    try {
        open_file();
    }
    catch (const sqlite::Error& error) {
        if (is_full_disk(error)) {
            open_on_full_disk(error);
            return;
        }
        if (!is_no_journal(error)) throw;
        put_aside(error.what());
        open_file();
    }
}

// SQLite also needs room for its index of the log, and then reports that it cannot open or write it.
bool JournalStore::is_full_disk(const sqlite::Error& error) const
{
    const int result = error.result();
    if (result != SQLITE_FULL && result != SQLITE_IOERR && result != SQLITE_CANTOPEN) return false;
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(directory_, unknown);
    return !unknown && space.available <= room_to_open;
}

// Alone, SQLite keeps the index of the log in memory: what is there can be read. Where there is no file yet, receipts
// depend on PostgreSQL until there is room.
void JournalStore::open_on_full_disk(const sqlite::Error& error)
{
    became_full(error.what());
    try {
        store_.emplace(connect(true));
        records_ = count_behind(removed_through_);
        measure();
    }
    catch (const sqlite::Error&) {
        store_.reset();
    }
}

void JournalStore::became_full(const std::string& reason)
{
    if (full_.exchange(true)) return;
    log(LogLevel::error, "journal.full",
        {{"error", reason},
         {"advice", "make room in JOURNAL_DIR or raise JOURNAL_MAX_BYTES; until then receipts are stored only while "
                    "PostgreSQL commits them"}});
}

// A damaged one; one with other columns; one whose header claims a format that may only be read; one that says there is
// no room or no memory where there is. A journal of ours on a disk that is really full stays where it is.
bool JournalStore::is_no_journal(const sqlite::Error& error) const
{
    switch (error.result()) {
    case SQLITE_READONLY:
        return ::access(file_.c_str(), W_OK) == 0;
    case SQLITE_FULL:
        return std::filesystem::space(directory_).available > room_to_open;
    case SQLITE_ERROR:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
        return true;
    default:
        return is_damage(error);
    }
}

// The size is settled while the store is empty; the write-ahead log comes on top and is cut to a few MB.
sqlite::Connection JournalStore::connect(bool alone) const
{
    sqlite::Connection store(file_);
    if (alone) store.exec("pragma locking_mode = exclusive");
    if (store.number("pragma page_count") == 0) // setting it again would need room
        store.exec("pragma page_size = " + std::to_string(page_bytes) + "; pragma auto_vacuum = incremental");
    store.exec("pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 4194304");
    store.exec("pragma secure_delete = on"); // what was replayed is overwritten
    store.exec("pragma max_page_count = " + std::to_string(static_cast<std::int64_t>(max_bytes_) / page_bytes));
    store.exec(schema);
    return store;
}

void JournalStore::open_file()
{
    store_.reset();
    sqlite::Connection store = connect(false);
    prove_usable(store);
    store_.emplace(std::move(store));
    records_ = count_behind(removed_through_);
    measure();
}

std::int64_t JournalStore::count_behind(std::int64_t place)
{
    sqlite::Query query(*store_, count_waiting);
    query.bind(place).step();
    return query.number();
}

void JournalStore::put_aside(const char* reason)
{
    store_.reset();
    removed_through_ = 0;
    const std::string aside = file_.string() + ".damaged-" + std::to_string(micros(std::chrono::system_clock::now()));
    for (const char* part : {"", "-wal", "-shm"})
        if (std::filesystem::exists(file_.string() + part))
            std::filesystem::rename(file_.string() + part, aside + part);
    log(LogLevel::error, "journal.damaged",
        {{"error", reason}, {"file", aside}, {"advice", "a new journal was begun; recover this one with sqlite3"}});
}

// What the job returns; when the store turns out to be damaged, what it returns for a new one.
template <class Job>
auto JournalStore::unless_damaged(Job job)
{
    try {
        if (!store_) open_file();
        return job();
    }
    catch (const sqlite::Error& error) {
        if (!is_damage(error)) throw;
        put_aside(error.what());
    }
    open_file();
    return job();
}

void JournalStore::append(std::span<const Receipt> receipts)
{
    unless_damaged([&] { insert(receipts); });
}

void JournalStore::insert(std::span<const Receipt> receipts)
{
    try {
        sqlite::Transaction transaction(*store_);
        sqlite::Query query(*store_, insert_receipt);
        for (const Receipt& receipt : receipts)
            insert_one(query, receipt);
        transaction.commit();
    }
    catch (const sqlite::Error& error) {
        if (error.result() == SQLITE_FULL || is_full_disk(error)) became_full(error.what());
        throw;
    }
    full_ = false;
    records_ += static_cast<std::int64_t>(receipts.size());
    measure();
}

std::vector<JournaledReceipt> JournalStore::first(int limit)
{
    return unless_damaged([&] { return read_first(limit); });
}

std::vector<JournaledReceipt> JournalStore::read_first(int limit)
{
    std::vector<JournaledReceipt> receipts;
    std::vector<std::int64_t> damaged;
    sqlite::Query query(*store_, select_first);
    query.bind(removed_through_).bind(static_cast<std::int64_t>(limit));
    while (query.step()) {
        JournaledReceipt journaled;
        if (read_one(query, journaled))
            receipts.push_back(std::move(journaled));
        else
            damaged.push_back(journaled.place);
    }
    for (const std::int64_t place : damaged) {
        log(LogLevel::error, "journal.record_damaged", {{"place", place}, {"advice", "kept aside in the journal"}});
        mark_aside(place);
    }
    if (receipts.empty()) records_ = count_behind(removed_through_); // another process may have taken them
    return receipts;
}

void JournalStore::remove_through(std::int64_t place)
{
    unless_damaged([&] {
        const std::int64_t before = count_behind(removed_through_);
        removed_through_ = std::max(removed_through_, place);
        records_ = count_behind(removed_through_);
        if (before == records_) return;
        remove_from_file(place);
    });
}

// To delete rows is to write. Where that fails for want of room, the file is left when the last receipt is removed;
// until then a restart would replay the receipts again, which changes nothing.
void JournalStore::remove_from_file(std::int64_t place)
{
    try {
        sqlite::Query query(*store_, "delete from receipts where not set_aside and place <= ?");
        query.bind(place).step();
        store_->exec("pragma incremental_vacuum");
        if (records_ == 0) store_->exec("pragma wal_checkpoint(truncate)"); // nor does the write-ahead log keep it
        full_ = false;
        measure();
    }
    catch (const sqlite::Error& error) {
        if (error.result() != SQLITE_FULL && !is_full_disk(error)) throw;
        became_full(error.what());
        if (records_ == 0) leave_file();
    }
}

// Receipts that were set aside are kept under another name.
void JournalStore::leave_file()
{
    const bool has_set_aside = store_->number("select count(*) from receipts where set_aside") > 0;
    if (has_set_aside) return put_aside("the disk is full, and some receipts were set aside");
    store_.reset();
    removed_through_ = 0;
    bytes_ = 0;
    for (const char* part : {"", "-wal", "-shm"})
        std::filesystem::remove(file_.string() + part);
    log(LogLevel::warning, "journal.begun_anew",
        {{"advice", "the disk was full; every receipt of the old file is in PostgreSQL"}});
    look_for_room();
}

void JournalStore::look_for_room()
{
    if (!full_ || records_ > 0) return;
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(directory_, unknown);
    if (unknown || space.available <= room_to_open) return;
    open_file();
    full_ = false;
}

void JournalStore::set_aside(std::int64_t place)
{
    unless_damaged([&] { mark_aside(place); });
}

void JournalStore::mark_aside(std::int64_t place)
{
    sqlite::Query query(*store_, "update receipts set set_aside = 1 where place = ? and not set_aside");
    query.bind(place);
    query.step();
    records_ -= store_->changes();
}

std::int64_t JournalStore::erase(std::string_view number)
{
    return unless_damaged([&] { return erase_number(*store_, number); });
}

void JournalStore::measure()
{
    bytes_ = static_cast<std::uint64_t>(store_->number("pragma page_count") * page_bytes);
}

} // namespace waybill::db
