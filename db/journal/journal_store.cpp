#include "db/journal/journal_store.hpp"

#include "config/log.hpp"
#include "db/types/stable_hash.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <unistd.h>
#include <utility>

namespace waybill::db
{

using config::log;
using config::LogLevel;
using std::chrono::microseconds;

namespace
{

constexpr std::int64_t page_bytes = 4'096;
constexpr std::uintmax_t room_to_open = 1 << 20; // bytes: far more than opening writes

constexpr const char* schema = R"sql(
create table if not exists receipts (
    place             integer primary key autoincrement,
    message_id        integer not null,
    received_micros   integer not null,
    message_sid       text not null,
    account_sid       text not null,
    status            text not null,
    error_code        integer,
    raw_dlr_done_date text not null,
    idempotency_token text not null,
    extra_json        text not null,
    checksum          integer not null,
    set_aside         integer not null default 0 -- refused by PostgreSQL or damaged: kept, not replayed
);
create index if not exists receipts_waiting on receipts (place) where not set_aside)sql";

constexpr const char* insert_receipt = R"sql(
insert into receipts (message_id, received_micros, message_sid, account_sid, status, error_code, raw_dlr_done_date,
                      idempotency_token, extra_json, checksum)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

constexpr const char* select_first = R"sql(
select place, checksum, message_id, received_micros, message_sid, account_sid, status, error_code, raw_dlr_done_date,
       idempotency_token, extra_json
  from receipts
 where not set_aside
 order by place
 limit ?)sql";

constexpr const char* count_waiting = "select count(*) from receipts where not set_aside";

// A time beyond the clock's range was never written by us; its checksum shows that.
Time time_from(std::int64_t micros)
{
    constexpr auto latest = std::chrono::duration_cast<microseconds>(Time::duration::max()).count();
    return Time(microseconds(std::clamp(micros, -latest, latest)));
}

std::int64_t checksum(const Receipt& receipt)
{
    StableHash hash;
    hash.add(std::to_string(receipt.message_id)).add(std::to_string(micros(receipt.received_at)));
    hash.add(receipt.message_sid).add(receipt.account_sid).add(receipt.status);
    hash.add(receipt.error_code ? std::to_string(*receipt.error_code) : "");
    hash.add(receipt.raw_dlr_done_date).add(receipt.idempotency_token).add(receipt.extra_json);
    return hash.value();
}

void insert_one(sqlite::Query& query, const Receipt& receipt)
{
    query.bind(receipt.message_id).bind(micros(receipt.received_at)).bind(receipt.message_sid);
    query.bind(receipt.account_sid).bind(receipt.status).bind(receipt.error_code).bind(receipt.raw_dlr_done_date);
    query.bind(receipt.idempotency_token).bind(receipt.extra_json).bind(checksum(receipt));
    query.step();
}

Receipt read_one(sqlite::Query& query)
{
    Receipt receipt;
    receipt.message_id = query.number();
    receipt.received_at = time_from(query.number());
    receipt.message_sid = query.text();
    receipt.account_sid = query.text();
    receipt.status = query.text();
    receipt.error_code = query.optional_number();
    receipt.raw_dlr_done_date = query.text();
    receipt.idempotency_token = query.text();
    receipt.extra_json = query.text();
    return receipt;
}

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
        if (!is_no_journal(error)) throw;
        put_aside(error.what());
        open_file();
    }
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

void JournalStore::open_file()
{
    store_.reset();
    sqlite::Connection store(file_);
    // The size is settled while the store is empty; the write-ahead log comes on top and is cut to a few MB.
    store.exec("pragma page_size = " + std::to_string(page_bytes) + "; pragma auto_vacuum = incremental");
    store.exec("pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 4194304");
    store.exec("pragma max_page_count = " + std::to_string(static_cast<std::int64_t>(max_bytes_) / page_bytes));
    store.exec(schema);
    prove_usable(store);
    records_ = store.number(count_waiting);
    store_.emplace(std::move(store));
    measure();
}

void JournalStore::put_aside(const char* reason)
{
    store_.reset();
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
        full_ = error.result() == SQLITE_FULL;
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
    query.bind(static_cast<std::int64_t>(limit));
    while (query.step()) {
        JournaledReceipt journaled;
        journaled.place = query.number();
        const std::int64_t stored = query.number();
        journaled.receipt = read_one(query);
        if (checksum(journaled.receipt) == stored)
            receipts.push_back(std::move(journaled));
        else
            damaged.push_back(journaled.place);
    }
    for (const std::int64_t place : damaged) {
        log(LogLevel::error, "journal.record_damaged", {{"place", place}, {"advice", "kept aside in the journal"}});
        mark_aside(place);
    }
    if (receipts.empty()) records_ = store_->number(count_waiting); // another process may have taken them
    return receipts;
}

void JournalStore::remove_through(std::int64_t place)
{
    unless_damaged([&] {
        sqlite::Query query(*store_, "delete from receipts where not set_aside and place <= ?");
        query.bind(place);
        query.step();
        records_ -= store_->changes();
        store_->exec("pragma incremental_vacuum");
        full_ = false;
        measure();
    });
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

void JournalStore::measure()
{
    bytes_ = static_cast<std::uint64_t>(store_->number("pragma page_count") * page_bytes);
}

} // namespace waybill::db
